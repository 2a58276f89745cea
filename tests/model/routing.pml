// SPDX-License-Identifier: Apache-2.0
// Lease, claim, fence and reconcile: two nodes that both may believe that they route, two agents with room for one conversation each,
// two conversations, and a store that may fail over. Every script of the store is one atomic step, as it is in Redis. README.md says
// what stands for what, and which wrong variants (-D BUG_...) the same checks must refuse.

#define NODES 2
#define AGENTS 2
#define CHATS 2
#define NOBODY 3

// What the scripts check. Each wrong variant leaves one thing out.
#ifdef BUG_NO_EPOCH
#define EPOCH_HOLDS(n) true
#else
#define EPOCH_HOLDS(n) (store.epoch == memory[n].epoch)
#endif
#ifdef BUG_NO_STATUS
#define STILL_WAITS(c) true
#else
#define STILL_WAITS(c) (store.chat[c].owner == NOBODY && store.chat[c].offered == NOBODY)
#endif
#ifdef BUG_NO_ROOM
#define HAS_ROOM(a) true
#else
#define HAS_ROOM(a) (store.agent[a].load == 0)
#endif
#ifdef BUG_NO_PRESENCE
#define IS_THERE(a) true
#else
#define IS_THERE(a) store.agent[a].online
#endif
#ifdef BUG_ACCEPT_ANY
#define OFFERED_TO(c, a) (store.chat[c].owner == NOBODY)
#else
#define OFFERED_TO(c, a) (store.chat[c].offered == a)
#endif
#ifdef BUG_NO_ASSIGN_EPOCH
#define IS_MINE(c, a) true
#else
#define IS_MINE(c, a) (store.chat[c].owner == a && store.chat[c].assign == believed[a].assign[c])
#endif
#ifdef BUG_LOST_RELEASE
#define RELEASE(a) skip
#else
#define RELEASE(a) store.agent[a].load--
#endif
#ifdef BUG_REISSUED_EPOCH
#define RAISE_EPOCH store.epoch++
#else
#define RAISE_EPOCH last_epoch++; store.epoch = last_epoch
#endif
#ifdef BUG_KEPT_MEMORY
#define FORGET_ALL skip
#else
#define FORGET_ALL leads[0] = false; leads[1] = false; store.holder = NOBODY
#endif

#ifdef BUG_NO_RECONCILE
#define LEARN(n) if :: !learned -> learn(n); learned = true :: else fi
#else
#define LEARN(n) learn(n)
#endif

typedef Chat { byte owner; byte offered; byte assign }
typedef Agent { byte load; bool online; byte home }       // home: the node that has its session
typedef Store { byte epoch; byte holder; Chat chat[CHATS]; Agent agent[AGENTS]; bool condemned[NODES] }
Store store;
Store replica;                 // as far as it has come: what remains when the primary is lost

typedef Memory { byte epoch; bool waits[CHATS]; bool online[AGENTS]; byte load[AGENTS] }
Memory memory[NODES];          // what a node that routes believes
bool leads[NODES];
bool paused[NODES];
byte last_epoch;               // random steps make numbers unique: no number is given twice, whatever the store has forgotten

typedef Beliefs { byte assign[CHATS] }
Beliefs believed[AGENTS];      // what an agent's program takes for its own, and under which number; 0: nothing

bool stale_accepted;           // a command under an old number was carried out
bool two_routers;              // a decision of who does not hold the right was carried out
bool ghost;                    // an offer to somebody whose node is condemned

// G3, after every step that changes the store: one owner or one live offer; load is what is held and never more than the room.
inline check() {
    d_step {
        byte x; byte y; byte held;
        for (x : 0 .. AGENTS - 1) {
            held = 0;
            for (y : 0 .. CHATS - 1) { if :: store.chat[y].owner == x || store.chat[y].offered == x -> held++ :: else fi }
            assert(held == store.agent[x].load && held <= 1)
        }
        for (y : 0 .. CHATS - 1) { assert(store.chat[y].owner == NOBODY || store.chat[y].offered == NOBODY) }
        assert(!stale_accepted && !two_routers && !ghost);
        x = 0; y = 0; held = 0
    }
}

// From the store itself: the rebuild after an acquisition, and what the routing stream or the reconciler brings later.
inline learn(n) {
    atomic { !paused[n] ->
        memory[n].epoch = (memory[n].epoch == 0 || store.holder == n -> store.epoch : memory[n].epoch);
        for (i : 0 .. CHATS - 1) { memory[n].waits[i] = (store.chat[i].owner == NOBODY && store.chat[i].offered == NOBODY) }
        for (i : 0 .. AGENTS - 1) { memory[n].online[i] = store.agent[i].online; memory[n].load[i] = store.agent[i].load }
        leads[n] = (store.holder == n); i = 0
    }
}

// router_acquire: nobody has the right, or its holder's lease is over - which happens only to one that is paused.
inline acquire(n) {
    atomic { !paused[n] ->
        if
        :: store.holder == NOBODY || paused[store.holder] || store.condemned[store.holder] ->
            RAISE_EPOCH;
            store.holder = n; memory[n].epoch = store.epoch; leads[n] = true; learned = false
        :: else
        fi
    }
}

// offer_make for the first pair that it believes possible. The memory may be old; the store checks the epoch and every fact again.
inline offer(n) {
    atomic { !paused[n] ->
        c = 0; a = 0;
        do
        :: c == CHATS -> break
        :: c < CHATS && memory[n].waits[c] && memory[n].online[a] && memory[n].load[a] == 0 -> break
        :: else -> a++; if :: a == AGENTS -> a = 0; c++ :: else fi
        od;
        if
        :: c < CHATS && leads[n] && EPOCH_HOLDS(n) && STILL_WAITS(c) && HAS_ROOM(a) && IS_THERE(a) ->
            if :: store.holder != n -> two_routers = true :: else fi;
            if :: !store.agent[a].online -> ghost = true :: else fi;
            store.chat[c].offered = a; store.agent[a].load++
        :: else
        fi;
        // Accepted or refused: what it believed of this one is old now.
        if :: c < CHATS -> memory[n].waits[c] = false :: else fi;
        c = 0; a = 0
    };
    check()
}

// node_condemn; then session by session agent_close with conversation_requeue: as the router of the current epoch carries them out.
inline expire(n, dead) {
    atomic { !paused[n] ->
        if
        :: leads[n] && store.epoch == memory[n].epoch && paused[dead] && !store.condemned[dead] -> store.condemned[dead] = true
        :: leads[n] && store.epoch == memory[n].epoch && store.condemned[dead] ->
            for (a : 0 .. AGENTS - 1) {
                if
                :: store.agent[a].online && store.agent[a].home == dead ->
                    store.agent[a].online = false;
                    for (i : 0 .. CHATS - 1) {
                        if
                        :: store.chat[i].owner == a || store.chat[i].offered == a ->
                            store.chat[i].owner = NOBODY; store.chat[i].offered = NOBODY; RELEASE(a)
                        :: else
                        fi
                    };
                    break
                :: else
                fi
            };
            i = 0; a = 0
        :: else
        fi
    };
    check()
}

proctype Node(byte n) {
    byte i; byte c; byte a; bool learned;
end:
    do
    :: atomic { !paused[n] && store.condemned[n] ->      // node_renew says fenced: its sessions are gone, it joins anew under a new name
           leads[n] = false; store.condemned[n] = false }
    :: !paused[n] && !store.condemned[n] && !leads[n] -> acquire(n)
    :: !paused[n] && !store.condemned[n] && leads[n] ->
        LEARN(n); expire(n, 1 - n); offer(n)
    od
}

#ifdef IN_THE_END
#define PICKS(a) false
#else
#define PICKS(a) (a == 0)
#endif
#define CAN_PICK(c, a) (store.agent[a].online && store.agent[a].load == 0 && store.chat[c].assign < 4 && \
                        store.chat[c].owner == NOBODY && store.chat[c].offered == NOBODY)

inline take(c, a) {
    store.chat[c].offered = NOBODY; store.chat[c].owner = a; store.chat[c].assign++; believed[a].assign[c] = store.chat[c].assign
}

inline speak(c, a) {
    if
    :: IS_MINE(c, a) -> if :: store.chat[c].owner != a -> stale_accepted = true :: else fi
    :: else -> believed[a].assign[c] = 0        // STALE_ASSIGNMENT
    fi
}

proctype Person(byte me) {
end:
    do
    // The page connects to any node that is there.
    :: atomic { !store.agent[me].online ->
        if
        :: !paused[0] && !store.condemned[0] -> store.agent[me].online = true; store.agent[me].home = 0
        :: !paused[1] && !store.condemned[1] -> store.agent[me].online = true; store.agent[me].home = 1
        fi };
        check()
    // conversation_pick: an agent takes one that waits, past the router. One of them is enough to make memories old.
    :: atomic { PICKS(me) && CAN_PICK(0, me) -> take(0, me); store.agent[me].load++ }; check()
    // offer_accept: only while it is open; the number of the assignment rises.
    :: atomic { OFFERED_TO(0, me) && store.chat[0].assign < 4 -> take(0, me) }; check()
    :: atomic { OFFERED_TO(1, me) && store.chat[1].assign < 4 -> take(1, me) }; check()
    // message_append and every other command: what it believes may be old.
    :: atomic { believed[me].assign[0] != 0 -> speak(0, me) }; check()
    :: atomic { believed[me].assign[1] != 0 -> speak(1, me) }; check()
    od
}

inline copy_store(from, to) {
    to.epoch = from.epoch; to.holder = from.holder;
    for (k : 0 .. CHATS - 1) { to.chat[k].owner = from.chat[k].owner; to.chat[k].offered = from.chat[k].offered; to.chat[k].assign = from.chat[k].assign };
    for (k : 0 .. AGENTS - 1) { to.agent[k].load = from.agent[k].load; to.agent[k].online = from.agent[k].online; to.agent[k].home = from.agent[k].home };
    for (k : 0 .. NODES - 1) { to.condemned[k] = from.condemned[k] };
    k = 0
}

// A pause of each node, longer than its lease; or a fail-over; or, when it is asked what happens in the end, one pause.
proctype Trouble() {
    byte k;
#ifdef FAILOVER
    d_step { copy_store(store, replica) };
    // What happens from here on the replica does not get.
    if
    :: d_step { copy_store(replica, store) };
       // Everybody's connection broke: routers drop their memory and acquire anew, and the sessions of those who are gone are known again.
       atomic {
           FORGET_ALL
       }
    :: skip
    fi
#else
    if :: atomic { paused[0] = true }; atomic { paused[0] = false } :: skip fi;
#ifndef IN_THE_END
    if :: atomic { paused[1] = true }; atomic { paused[1] = false } :: skip fi
#endif
#endif
}

init {
    atomic {
        store.holder = NOBODY;
        byte z;
        for (z : 0 .. CHATS - 1) { store.chat[z].owner = NOBODY; store.chat[z].offered = NOBODY };
        for (z : 0 .. AGENTS - 1) { store.agent[z].online = true; store.agent[z].home = z };
        run Node(0); run Node(1); run Person(0); run Person(1); run Trouble()
    }
}

// G4: in the end everybody who waits has somebody, and keeps him.
#define SERVED (store.chat[0].owner != NOBODY && store.chat[1].owner != NOBODY)
ltl work_conserving { <> [] SERVED }
