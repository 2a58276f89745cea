-- The router warns a customer who has been silent.
-- KEYS    router, conversation, log
-- ARGV    now or '', prefix, router epoch, conversation id, assign_epoch, last seq of the log, draft
-- RETURNS {'ok'} | {'no'}
-- Invariants: nobody has written since the router looked; so a repeat warns nobody twice.
local now = now_ms(ARGV[1])
local router, conversation, log = unpack(KEYS)
if call('HGET', router, 'epoch') ~= ARGV[3] then return {'no'} end
local c = call('HMGET', conversation, 'status', 'assign_epoch', 'seq')
if c[1] ~= 'active' or c[2] ~= ARGV[5] or c[3] ~= ARGV[6] then return {'no'} end
append_events(conversation, log, ARGV[4], ARGV[2], now, {'A', ARGV[7]})
return {'ok'}
