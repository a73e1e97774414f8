-- Functions as values: a million calls of closures.
local function counter()
  local c = 0
  return function()
    c = c + 1
    return c
  end
end
local function apply(f, n)
  local s = 0
  for i = 0, n - 1 do s = s + f(i) end
  return s
end
local function run()
  local following = counter()
  for i = 1, 500000 do following() end
  local k = 3
  return apply(function(x) return x * k + 1 end, 500000) + following()
end
print(run())
