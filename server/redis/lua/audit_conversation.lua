-- Looks at a conversation and at what must agree with it. Changes nothing.
-- KEYS    conversation, log, customer sessions, live, nodes, held (of the agent that the caller believes it has)
-- ARGV    conversation id, that agent's id or ''
-- RETURNS {'ok', fields of the hash, listed live, in hand, length of the log, its first id, its last id, session, value, node known ...}
--         | {'retry', agent}: it has another one
local conversation, log, sessions, live, nodes, held = unpack(KEYS)
local agent = call('HGET', conversation, 'agent') or ''
if agent ~= ARGV[2] then return {'retry', agent} end
local function id_of(entries) return entries[1] and entries[1][1] or '' end
local answer = {'ok', call('HGETALL', conversation), call('SISMEMBER', live, ARGV[1]), agent ~= '' and call('SISMEMBER', held, ARGV[1]) or 0,
  call('XLEN', log), id_of(call('XRANGE', log, '-', '+', 'COUNT', 1)), id_of(call('XREVRANGE', log, '+', '-', 'COUNT', 1))}
tell_sessions(answer, sessions, nodes)
return answer
