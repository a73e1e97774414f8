# Calls, lists and Floats: the spectral norm of a matrix of 100 rows.
from math import sqrt


def a(i, j):
    ij = i + j
    return 1.0 / (ij * (ij + 1) // 2 + i + 1)


def multiply(n, v):
    out = [0.0] * n
    for i in range(n):
        s = 0.0
        for j in range(n):
            s = s + a(i, j) * v[j]
        out[i] = s
    return out


def multiply_transposed(n, v):
    out = [0.0] * n
    for i in range(n):
        s = 0.0
        for j in range(n):
            s = s + a(j, i) * v[j]
        out[i] = s
    return out


def run():
    n = 100
    u = [1.0] * n
    v = [0.0] * n
    for k in range(10):
        v = multiply_transposed(n, multiply(n, u))
        u = multiply_transposed(n, multiply(n, v))
    vbv = 0.0
    vv = 0.0
    for i in range(n):
        vbv = vbv + u[i] * v[i]
        vv = vv + v[i] * v[i]
    return sqrt(vbv / vv)


print("%.6f" % run())
