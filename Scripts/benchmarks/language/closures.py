# Functions as values: a million calls of closures.
def counter():
    c = 0

    def following():
        nonlocal c
        c = c + 1
        return c

    return following


def apply(f, n):
    s = 0
    for i in range(n):
        s = s + f(i)
    return s


def run():
    following = counter()
    for i in range(500000):
        following()
    k = 3
    return apply(lambda x: x * k + 1, 500000) + following()


print(run())
