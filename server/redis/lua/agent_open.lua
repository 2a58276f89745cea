-- A session of an agent begins. The first one makes the agent online.
-- KEYS    agent, agent sessions, node sessions, nodes, held, agents, routing stream, consults
-- ARGV    now or '', prefix, agent id, session, incarnation, endpoint
-- RETURNS {'ok', conversation held or consulted about ...} | {'unavailable'} (this node has no live lease)
-- Invariants: the choice of the agent survives; an agent that never chose is away.
local now = now_ms(ARGV[1])
local agent, sessions, node, nodes, held, agents, stream, consults = unpack(KEYS)
if not lease_lives(nodes, ARGV[5], now) then return {'unavailable'} end
local fresh = call('HLEN', sessions) == 0
expect_type('XLEN', stream)
expect_type('HLEN', agent)
expect_type('SCARD', node, agents, held, consults)
call('HSET', sessions, ARGV[4], ARGV[5] .. ' ' .. ARGV[6])
call('SADD', node, 'a ' .. ARGV[3] .. ' ' .. ARGV[4])
if fresh then
  call('SADD', agents, ARGV[3])
  call('HSETNX', agent, 'choice', 'away')
  call('HSETNX', agent, 'load', 0)
  call('HSETNX', agent, 'misses', 0)
  call('HSETNX', agent, 'idle', now)
  call('HSET', agent, 'offline', '')
  emit_agent(agent, stream, ARGV[3])
end
return {'ok', unpack(call('SUNION', held, consults))}
