# Float arithmetic: a Mandelbrot set of 200 x 200 points.
def mandelbrot(width):
    total = 0
    for y in range(width):
        ci = 2.0 * y / width - 1.0
        for x in range(width):
            cr = 2.0 * x / width - 1.5
            zr = 0.0
            zi = 0.0
            i = 0
            while i < 50 and zr * zr + zi * zi < 4.0:
                t = zr * zr - zi * zi + cr
                zi = 2.0 * zr * zi + ci
                zr = t
                i = i + 1
            total = total + i
    return total


print(mandelbrot(200))
