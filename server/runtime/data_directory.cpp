// SPDX-License-Identifier: Apache-2.0
#include "runtime/data_directory.hpp"

#include <sodium.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace switchboard::runtime {

namespace {

Error unavailable(std::string message) { return Error{ErrorCode::unavailable, std::move(message)}; }

std::string absolute(const std::string& path) {
    std::error_code ignored;
    std::string text = std::filesystem::absolute(path, ignored).lexically_normal().string();
    while (text.size() > 1 && text.back() == '/') text.pop_back();
    return text;
}

std::string lock_file(const std::string& directory) { return directory + "/lock"; }

pid_t read_pid(const std::string& file) {
    pid_t pid = 0;
    std::ifstream(file) >> pid;
    return pid;
}

bool write_all(int fd, std::string_view text) { return write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()); }

Result<auth::SigningKey> create_key(const std::string& file) {
    auth::SigningKey key;
    randombytes_buf(key.data(), key.size());
    char hex[sizeof(auth::SigningKey) * 2 + 1];
    sodium_bin2hex(hex, sizeof hex, key.data(), key.size());
    const FileDescriptor fd(open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    const bool written = fd && write_all(fd.get(), std::string(hex) + '\n') && fsync(fd.get()) == 0;
    sodium_memzero(hex, sizeof hex);
    if (!written) return unavailable("cannot write the token secret " + file + ": " + std::strerror(errno));
    return key;
}

}  // namespace

FileDescriptor::~FileDescriptor() {
    if (fd_ >= 0) close(fd_);
}

Result<DataDirectory> DataDirectory::claim(const std::string& path) {
    const std::string directory = absolute(path);
    std::error_code failure;
    const bool existed = std::filesystem::exists(directory, failure);
    std::filesystem::create_directories(directory, failure);
    if (failure) return unavailable("cannot create the data directory " + directory + ": " + failure.message() + "; give --data-dir another one");
    if (!existed) chmod(directory.c_str(), 0700);

    FileDescriptor lock(open(lock_file(directory).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!lock)
        return unavailable("cannot write to the data directory " + directory + ": " + std::strerror(errno) +
                           "; change its owner or give --data-dir another one");
    if (flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) return unavailable("cannot lock the data directory " + directory + ": " + std::strerror(errno));
        return Error{ErrorCode::conflict, "another Switchboard server uses this data directory (pid " + std::to_string(read_pid(lock_file(directory))) +
                                              "): stop it, or give --data-dir another one than " + directory};
    }
    const std::string pid = std::to_string(getpid()) + '\n';
    if (ftruncate(lock.get(), 0) != 0 || !write_all(lock.get(), pid))
        return unavailable("cannot write to the data directory " + directory + ": " + std::strerror(errno) + "; free some space");
    return DataDirectory(directory, std::move(lock));
}

pid_t DataDirectory::holder(const std::string& path) {
    const std::string file = lock_file(absolute(path));
    const FileDescriptor lock(open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!lock || flock(lock.get(), LOCK_SH | LOCK_NB) == 0) return 0;
    return read_pid(file);
}

std::string DataDirectory::redis_socket(const std::string& path) { return absolute(path) + "/redis.sock"; }

Result<auth::SigningKey> load_signing_key(const std::string& file, bool create) {
    struct stat status {};
    if (stat(file.c_str(), &status) != 0) {
        if (errno == ENOENT && create) return create_key(file);
        return unavailable("cannot read the token secret " + file + ": " + std::strerror(errno));
    }
    if ((status.st_mode & 077) != 0) return unavailable("the token secret " + file + " can be read by others: run chmod 600 on it");
    std::ifstream input(file);
    std::string hex;
    input >> hex;
    auth::SigningKey key;
    std::size_t size = 0;
    const char* end = nullptr;
    const int decoded = sodium_hex2bin(key.data(), key.size(), hex.data(), hex.size(), nullptr, &size, &end);
    if (decoded != 0 || size != key.size() || end != hex.data() + hex.size())
        return unavailable("the token secret " + file + " must hold 64 hexadecimal digits (make one with: openssl rand -hex 32)");
    return key;
}

}  // namespace switchboard::runtime
