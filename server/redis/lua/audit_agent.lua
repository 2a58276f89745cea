-- Looks at an agent, its sessions and everything it has in hand. Changes nothing.
-- KEYS    agent, agent sessions, held, nodes, then the conversations that the caller believes it has in hand
-- ARGV    their ids, in the same order
-- RETURNS {'ok', fields of the hash, {id, agent, status, weight ...}, session, value, node known ...} | {'retry', id in hand ...}
local agent, sessions, held, nodes = unpack(KEYS, 1, 4)
local members = call('SMEMBERS', held)
local believed = {}
for i = 1, #ARGV do believed[ARGV[i]] = KEYS[4 + i] end
local in_hand = {}
for i = 1, #members do
  if not believed[members[i]] then return {'retry', unpack(members)} end
  local c = call('HMGET', believed[members[i]], 'agent', 'status', 'weight')
  for _, value in ipairs({members[i], c[1] or '', c[2] or '', c[3] or '1'}) do in_hand[#in_hand + 1] = value end
end
local answer = {'ok', call('HGETALL', agent), in_hand}
tell_sessions(answer, sessions, nodes)
return answer
