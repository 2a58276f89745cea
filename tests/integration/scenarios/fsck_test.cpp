// SPDX-License-Identifier: Apache-2.0
// Scenarios 9: `switchboard fsck` on a running server. What is right is left alone, each thing that is broken on purpose is named, and
// what has one right answer is mended. The steps stand in README.md.
#include "support/program.hpp"
#include "support/scenario.hpp"

#include <doctest/doctest.h>

using namespace switchboard::test;

namespace {

struct Shop {
    Stage stage{Encoding::protobuf};
    Talk talk = stage.talk();
    std::string waiting = stage.start(stage.customer(), "billing", "invoice");

    Ended fsck(std::vector<std::string> more = {}) {
        more.insert(more.begin(), "fsck");
        more.insert(more.end(), {"--data-dir", stage.server().data_dir()});
        return run_program(more);
    }
    void corrupt(const std::string& command) { stage.server().ask_redis(command); }
};

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

const std::string space = "sb:{default}:";

}  // namespace

TEST_CASE("fsck: nothing is wrong while people talk") {
    Shop shop;
    const Ended done = shop.fsck();
    CHECK_MESSAGE(done.status == 0, done.output);
    CHECK(done.output == "nothing is wrong\n");
    CHECK(holds(done.error, "looking at 2 conversations"));
    CHECK(shop.fsck({"--json"}).output == "[]\n");
}

TEST_CASE("fsck: what an agent has in hand is counted again") {
    Shop shop;
    shop.corrupt("HINCRBY " + space + "a:anna load 2");
    shop.corrupt("SREM " + space + "h:anna " + shop.talk.id);
    const Ended found = shop.fsck();
    CHECK(found.status == 1);
    CHECK(holds(found.output, ": gets less than there is room for"));
    CHECK(holds(found.output, "conversation " + shop.talk.id + " belongs to anna, who does not have it in hand"));
    const Ended asked = shop.fsck({"--mend"});
    CHECK(asked.status == 2);
    CHECK(holds(asked.error, "--yes"));
    const Ended mended = shop.fsck({"--mend", "--yes"});
    CHECK_MESSAGE(mended.status == 0, (mended.output + mended.error));
    CHECK(holds(mended.error, "1 mended"));  // the second finding was right by then
    CHECK(shop.fsck().status == 0);
}

TEST_CASE("fsck: who is listed as live, and sessions of nodes that are gone") {
    Shop shop;
    shop.corrupt("SREM " + space + "live " + shop.waiting);
    shop.corrupt("SADD " + space + "live nobody");
    shop.corrupt("HSET " + space + "p:" + shop.waiting + " ghost \"gone gone.0\"");
    const Ended found = shop.fsck();
    CHECK(found.status == 1);
    CHECK(holds(found.output, "conversation " + shop.waiting + " is open and not listed as live"));
    CHECK(holds(found.output, "conversation nobody is listed as live and does not exist"));
    CHECK(holds(found.output, "has a session on a node that is gone"));
    const Ended mended = shop.fsck({"--mend", "--yes"});
    CHECK_MESSAGE(mended.status == 0, (mended.output + mended.error));
}

TEST_CASE("fsck: keys that belong to nobody") {
    Shop shop;
    for (const char* key : {"l:gone", "p:gone", "h:nobody", "n:former"}) shop.corrupt("DEL " + space + key);
    shop.corrupt("XADD " + space + "l:gone 1-0 e x");
    shop.corrupt("HSET " + space + "p:gone s1 \"former former.0\"");
    shop.corrupt("SADD " + space + "h:nobody c1");
    shop.corrupt("SADD " + space + "n:former \"c gone s1\"");
    const Ended found = shop.fsck();
    CHECK(found.status == 1);
    CHECK(holds(found.output, "key l:gone belongs to a conversation that does not exist"));
    CHECK(holds(found.output, "key p:gone belongs to a conversation that does not exist"));
    CHECK(holds(found.output, "key h:nobody belongs to an agent that does not exist"));
    CHECK(holds(found.output, "key n:former belongs to a node that does not exist"));
    const Ended mended = shop.fsck({"--mend", "--yes"});
    CHECK_MESSAGE(mended.status == 0, (mended.output + mended.error));
    CHECK(holds(mended.error, "4 mended"));
}

TEST_CASE("fsck: a lost event is told and left alone") {
    Shop shop;
    shop.corrupt("XDEL " + space + "l:" + shop.talk.id + " 2-0");
    const Ended found = shop.fsck({"--mend", "--yes"});
    CHECK(found.status == 1);
    CHECK(holds(found.output, "its log has a hole: an event is lost"));
    CHECK(holds(found.output, "after event 1 comes 3"));
    CHECK(holds(found.output, "people have to decide"));
}

TEST_CASE("fsck: what cannot be checked") {
    Shop shop;
    const Ended unknown = shop.fsck({"--tenant", "other"});
    CHECK(unknown.status == 2);
    CHECK(holds(unknown.error, "there is no tenant \"other\""));
    CHECK(run_program({"fsck", "--redis-url", "redis://127.0.0.1:1"}).status == 2);
}

TEST_CASE("fsck: a key that holds something else than it should is named") {
    Shop shop;
    shop.corrupt("RENAME " + space + "l:" + shop.waiting + " aside");
    shop.corrupt("SET " + space + "l:" + shop.waiting + " x");
    shop.corrupt("SET " + space + "p:gone x");
    const Ended found = shop.fsck();
    CHECK(found.status == 1);
    CHECK(holds(found.output, "key p:gone cannot be read: WRONGTYPE"));
    CHECK(holds(found.output, "conversation " + shop.waiting + " cannot be read, from its keys c:, l: and p:"));
    CHECK(holds(found.output, "WRONGTYPE"));
    CHECK(holds(found.output, "cannot be mended"));
    // Nobody else is hindered.
    const std::size_t before = shop.talk.agent->texts(shop.talk.id).size();
    (*shop.talk.customer)->send_text(shop.talk.id, "still here");
    shop.stage.until("the agent reads it", [&] { return shop.talk.agent->texts(shop.talk.id).size() == before + 1; });
    shop.corrupt("RENAME aside " + space + "l:" + shop.waiting);
    shop.corrupt("DEL " + space + "p:gone");
    CHECK(shop.fsck().status == 0);
    shop.corrupt("RENAME " + space + "live aside");
    shop.corrupt("SET " + space + "live x");
    const Ended blind = shop.fsck();
    CHECK(blind.status == 1);
    CHECK(holds(blind.output, "live, agents or nodes cannot be read: WRONGTYPE"));
    shop.corrupt("RENAME aside " + space + "live");
}
