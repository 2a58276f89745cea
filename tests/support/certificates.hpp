// SPDX-License-Identifier: Apache-2.0
// An authority and certificates that it signs, made by the openssl program in a directory that is removed with the object. Blocking.
#pragma once

#include "support/program.hpp"

#include <cstdlib>
#include <stdexcept>
#include <string>

namespace switchboard::test {

class Certificates {
public:
    Certificates() { run("-keyout " + key("ca") + " -out " + certificate("ca") + " -subj /CN=authority"); }

    // NAME.pem and NAME.key, for a host of that DNS name.
    void sign(const std::string& name, const std::string& host) {
        run("-CA " + certificate("ca") + " -CAkey " + key("ca") + " -keyout " + key(name) + " -out " + certificate(name) + " -subj /CN=" + name +
            " -addext subjectAltName=DNS:" + host);
    }
    std::string certificate(const std::string& name) const { return directory_.file(name + ".pem"); }
    std::string key(const std::string& name) const { return directory_.file(name + ".key"); }
    std::string file(const std::string& name) const { return directory_.file(name); }

private:
    void run(const std::string& options) const {
        const std::string log = directory_.file("openssl.log");
        const std::string command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 " + options + " >" + log + " 2>&1";
        if (std::system(command.c_str()) != 0) throw std::runtime_error("failed (is openssl installed?): " + command);
    }

    Directory directory_;
};

}  // namespace switchboard::test
