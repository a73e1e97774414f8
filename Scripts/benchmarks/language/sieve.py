# Changes of list elements: primes below 500,000.
def run():
    n = 500000
    flags = [True for i in range(n)]
    count = 0
    for i in range(2, n):
        if flags[i]:
            count = count + 1
            k = i + i
            while k < n:
                flags[k] = False
                k = k + i
    return count


print(run())
