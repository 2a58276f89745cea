-- An offer ends without acceptance: the conversation goes back to its place in the queue.
-- KEYS    router, conversation, log, agent, agent sessions, held, routing stream
-- ARGV    now or '', prefix, router epoch or '' (by the agent), conversation id, agent id, offer id,
--         outcome (declined, timed_out, withdrawn), cooldown ms, '1' to set the agent away, draft
-- RETURNS {'ok'} | {'no'}
-- Invariants: effective arrival is not touched; only the named offer is ended; repeating the last end changes nothing.
local now = now_ms(ARGV[1])
local router, conversation, log, agent, sessions, held, stream = unpack(KEYS)
local prefix, id, agent_id, outcome = ARGV[2], ARGV[4], ARGV[5], ARGV[7]
if ARGV[3] ~= '' and call('HGET', router, 'epoch') ~= ARGV[3] then return {'no'} end
local c = call('HMGET', conversation, 'status', 'agent', 'offer', 'weight', 'cooldowns', 'ended', 'skills')
local ended = ARGV[6] .. ' ' .. outcome
if c[6] == ended then return {'ok'} end
if c[1] ~= 'offered' or c[2] ~= agent_id or c[3] ~= ARGV[6] then return {'no'} end
expect_type('XLEN', log, stream)
expect_type('HLEN', agent, sessions)
expect_type('SCARD', held)

call('HSET', conversation, 'status', 'queued', 'agent', '', 'offer', '', 'deadline', '', 'ended', ended,
  'cooldowns', cooldowns_with(c[5], now, agent_id, now + tonumber(ARGV[8])))
-- An agent who let it pass is not waited for again.
if outcome ~= 'withdrawn' then call('HSET', conversation, 'skills', anyones(c[7])) end
release_agent(agent, held, id, tonumber(c[4]))
if outcome == 'timed_out' then call('HINCRBY', agent, 'misses', 1) end
if outcome == 'declined' then call('HSET', agent, 'misses', 0) end
if ARGV[9] == '1' then call('HSET', agent, 'choice', 'away', 'reason', 'missed_offers', 'misses', 0) end
append_events(conversation, log, id, prefix, now, {'S', ARGV[10]})
emit_conversation(conversation, stream, id)
emit_agent(agent, stream, agent_id)
notify_agent(prefix, sessions, agent_id)
return {'ok'}
