-- A session of an agent ends. The last one's end makes the agent offline.
-- KEYS    agent, agent sessions, node sessions, held, routing stream
-- ARGV    now or '', agent id, session
-- RETURNS {'ok', held conversation ...}
-- Invariants: repeats change nothing.
local now = now_ms(ARGV[1])
local agent, sessions, node, held, stream = unpack(KEYS)
call('SREM', node, 'a ' .. ARGV[2] .. ' ' .. ARGV[3])
if call('HDEL', sessions, ARGV[3]) == 1 and call('HLEN', sessions) == 0 then
  call('HSET', agent, 'offline', now)
  emit_agent(agent, stream, ARGV[2])
end
return {'ok', unpack(call('SMEMBERS', held))}
