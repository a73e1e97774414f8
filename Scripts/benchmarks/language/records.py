# Records: 300,000 made, read and changed.
def point(x, y):
    return {"x": x, "y": y}


def step(p, q):
    return point(p["x"] + q["x"], p["y"] + q["y"])


def run():
    p = point(0, 0)
    d = point(1, 2)
    for i in range(300000):
        p["x"] = p["x"] + 1
        p = step(p, d)
    return p["x"] + p["y"]


print(run())
