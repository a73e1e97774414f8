-- Calls, lists and Floats: the spectral norm of a matrix of 100 rows.
local function a(i, j)
  local ij = i + j
  return 1.0 / (ij * (ij + 1) // 2 + i + 1)
end
local function multiply(n, v)
  local out = {}
  for i = 0, n - 1 do
    local s = 0.0
    for j = 0, n - 1 do s = s + a(i, j) * v[j + 1] end
    out[i + 1] = s
  end
  return out
end
local function multiply_transposed(n, v)
  local out = {}
  for i = 0, n - 1 do
    local s = 0.0
    for j = 0, n - 1 do s = s + a(j, i) * v[j + 1] end
    out[i + 1] = s
  end
  return out
end
local function run()
  local n = 100
  local u, v = {}, {}
  for i = 1, n do u[i] = 1.0 end
  for k = 1, 10 do
    v = multiply_transposed(n, multiply(n, u))
    u = multiply_transposed(n, multiply(n, v))
  end
  local vbv, vv = 0.0, 0.0
  for i = 1, n do
    vbv = vbv + u[i] * v[i]
    vv = vv + v[i] * v[i]
  end
  return math.sqrt(vbv / vv)
end
print(string.format("%.6f", run()))
