// SPDX-License-Identifier: Apache-2.0
// The directory that one server owns: a lock says so for as long as the object lives, however the process ends. Also the places
// of what is in it, and the secret that signs our tokens. Blocks; main thread.
#pragma once

#include "auth/signed_token.hpp"
#include "base/error.hpp"

#include <memory>
#include <string>
#include <sys/types.h>

namespace switchboard::runtime {

// A file descriptor that closes itself.
class FileDescriptor {
public:
    explicit FileDescriptor(int fd = -1) : fd_(fd) {}
    FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    FileDescriptor& operator=(FileDescriptor&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~FileDescriptor();
    int get() const { return fd_; }
    explicit operator bool() const { return fd_ >= 0; }

private:
    int fd_;
};

class DataDirectory {
public:
    // Creates it when missing. Errors, each one line that says what to do: conflict (another process holds it), unavailable.
    static Result<DataDirectory> claim(const std::string& path);
    // The process that holds it, or 0.
    static pid_t holder(const std::string& path);
    static std::string redis_socket(const std::string& path);

    const std::string& path() const { return path_; }
    std::string redis_directory() const { return path_ + "/redis"; }
    std::string redis_socket() const { return redis_socket(path_); }
    std::string archive_file() const { return path_ + "/archive.sqlite"; }
    std::string journal_directory() const { return path_ + "/journal"; }
    std::string secret_file() const { return path_ + "/secret"; }

private:
    DataDirectory(std::string path, FileDescriptor lock) : path_(std::move(path)), lock_(std::move(lock)) {}
    std::string path_;  // absolute
    FileDescriptor lock_;
};

// 64 hexadecimal digits. A missing file is made, for its owner only, when `create`.
Result<auth::SigningKey> load_signing_key(const std::string& file, bool create);

}  // namespace switchboard::runtime
