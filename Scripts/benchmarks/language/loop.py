# Int arithmetic: two million turns of a nested loop.
def run():
    s = 0
    for i in range(2000):
        for j in range(1000):
            s = s + i * j % 7
    return s


print(run())
