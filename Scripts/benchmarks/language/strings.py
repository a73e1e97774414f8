# Strings: building, counting, indexing, cutting, splitting, joining.
def run():
    words = []
    for i in range(100000):
        words.append(f"item {i}")
    total = 0
    for word in words:
        total = total + len(word)
    text = ",".join(words)
    for part in text.split(","):
        if part[5:len(part)] == "777":
            total = total + 1
    line = ""
    for i in range(200000):
        line += "ab"
    seen = 0
    for i in range(len(line)):
        if line[i] == "b":
            seen = seen + 1
    return [total, len(text), seen, "item 7".upper(), "a-b-c".replace("-", "+")]


print(*run())
