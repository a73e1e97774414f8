-- Float arithmetic: a Mandelbrot set of 200 x 200 points.
local function mandelbrot(width)
  local total = 0
  for y = 0, width - 1 do
    local ci = 2.0 * y / width - 1.0
    for x = 0, width - 1 do
      local cr = 2.0 * x / width - 1.5
      local zr, zi, i = 0.0, 0.0, 0
      while i < 50 and zr * zr + zi * zi < 4.0 do
        local t = zr * zr - zi * zi + cr
        zi = 2.0 * zr * zi + ci
        zr = t
        i = i + 1
      end
      total = total + i
    end
  end
  return total
end
print(mandelbrot(200))
