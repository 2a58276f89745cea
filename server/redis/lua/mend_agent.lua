-- Puts right what an agent has in hand: takes off what is not his, adds what is, and counts it again.
-- KEYS    agent, held, routing stream, then conversations that may be his
-- ARGV    agent id, then their ids, in the same order
-- RETURNS {'ok'} | {'no'} (it was right)
-- Invariants: of conversations that are not named only the count may be wrong, so whoever calls names all.
local agent, held, stream = unpack(KEYS, 1, 3)
local load, changed, his = 0, false, {}
expect_type('XLEN', stream)
expect_type('HLEN', agent)
for i = 2, #ARGV do
  local c = call('HMGET', KEYS[2 + i], 'agent', 'status', 'weight')
  his[i] = c[1] == ARGV[1] and c[2] and c[2] ~= 'closed' and c[2] ~= 'queued'
  if his[i] then load = load + tonumber(c[3]) end
end
for i = 2, #ARGV do
  if call(his[i] and 'SADD' or 'SREM', held, ARGV[i]) == 1 then changed = true end
end
if tonumber(call('HGET', agent, 'load') or 0) ~= load then
  call('HSET', agent, 'load', load)
  changed = true
end
if not changed then return {'no'} end
emit_agent(agent, stream, ARGV[1])
return {'ok'}
