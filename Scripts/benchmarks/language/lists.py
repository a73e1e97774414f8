# Lists: growing, sorting, slicing, comprehensions, going through.
def run():
    numbers = []
    state = 1
    for i in range(200000):
        state = (state * 1103515245 + 12345) % 2147483648
        numbers.append(state)
    ordered = sorted(numbers)
    squares = [x % 1000 * (x % 1000) for x in numbers if x % 2 == 1]
    total = 0
    for x in squares:
        total = total + x
    pairs = 0
    for i in range(200000):
        pair = [i, numbers[i]]
        pairs = pairs + pair[0] % 3 + len(pair)
    middle = ordered[1000:199000]
    return [total, pairs, middle[0], middle[-1], sum(squares), len(numbers[::-1])]


print(*run())
