-- Begins the end of a node whose lease is over: from now on it cannot renew it, and its sessions may be removed.
-- KEYS    router, nodes
-- ARGV    now or '', router epoch, incarnation
-- RETURNS {'ok'} | {'no'} (its lease is good, or another node routes)
-- Invariants: a session is removed for its node's sake only after that node was condemned.
local now = now_ms(ARGV[1])
if call('HGET', KEYS[1], 'epoch') ~= ARGV[2] then return {'no'} end
local lease = call('ZSCORE', KEYS[2], ARGV[3])
if not lease or tonumber(lease) > now then return {'no'} end
call('ZADD', KEYS[2], 0, ARGV[3])
return {'ok'}
