-- Calls: the Fibonacci number 27, four times.
local function fib(n)
  if n < 2 then return n end
  return fib(n - 1) + fib(n - 2)
end
local function run()
  local s = 0
  for i = 0, 3 do s = s + fib(27) end
  return s
end
print(run())
