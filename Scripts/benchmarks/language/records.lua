-- Records: 300,000 made, read and changed.
local function point(x, y) return { x = x, y = y } end
local function step(p, q) return point(p.x + q.x, p.y + q.y) end
local function run()
  local p = point(0, 0)
  local d = point(1, 2)
  for i = 1, 300000 do
    p.x = p.x + 1
    p = step(p, d)
  end
  return p.x + p.y
end
print(run())
