-- What the agent chose: available or away.
-- KEYS    agent, agent sessions, agents, routing stream
-- ARGV    now or '', prefix, agent id, choice, reason
-- RETURNS {'ok'}
-- Invariants: choosing forgives missed offers.
local agent, sessions, agents, stream = unpack(KEYS)
local now = now_ms(ARGV[1])
expect_type('XLEN', stream)
expect_type('HLEN', agent, sessions)
call('SADD', agents, ARGV[3])
call('HSETNX', agent, 'load', 0)
call('HSETNX', agent, 'idle', now)
if call('HLEN', sessions) == 0 then call('HSETNX', agent, 'offline', now) end
call('HSET', agent, 'choice', ARGV[4], 'reason', ARGV[5], 'misses', 0)
emit_agent(agent, stream, ARGV[3])
notify_agent(ARGV[2], sessions, ARGV[3])
return {'ok'}
