# Calls: the Fibonacci number 27, four times.
def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


def run():
    s = 0
    for i in range(4):
        s = s + fib(27)
    return s


print(run())
