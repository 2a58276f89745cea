-- A session of an agent ends. The last one's end makes the agent offline.
-- KEYS    agent, agent sessions, node sessions, nodes, held, routing stream, consults
-- ARGV    now or '', agent id, session, incarnation when its node is taken to be dead, or ''
-- RETURNS {'ok', conversation held or consulted about ...} | {'no'} (the node lives)
-- Invariants: repeats change nothing; nobody but a node itself ends sessions under its live lease.
local now = now_ms(ARGV[1])
local agent, sessions, node, nodes, held, stream, consults = unpack(KEYS)
if ARGV[4] ~= '' and lease_lives(nodes, ARGV[4], now) then return {'no'} end
expect_type('XLEN', stream)
expect_type('HLEN', agent, sessions)
expect_type('SCARD', held, consults)
call('SREM', node, 'a ' .. ARGV[2] .. ' ' .. ARGV[3])
if call('HDEL', sessions, ARGV[3]) == 1 and call('HLEN', sessions) == 0 then
  call('HSET', agent, 'offline', now)
  emit_agent(agent, stream, ARGV[2])
end
return {'ok', unpack(call('SUNION', held, consults))}
