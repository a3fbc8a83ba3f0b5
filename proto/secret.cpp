// SPDX-License-Identifier: Apache-2.0
#include "proto/secret.hpp"

#include <cstring>
#include <string.h>  // explicit_bzero
#include <utility>

namespace sgauth {

secret::secret(std::string_view plain)
{
    if (plain.empty())
        return;
    data_ = detail::allocate_secret(plain.size());
    size_ = plain.size();
    std::memcpy(data_, plain.data(), size_);
}

secret::secret(secret&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0))
{
}

secret& secret::operator=(secret&& other) noexcept
{
    if (this != &other) {
        clear();
        data_ = std::exchange(other.data_, nullptr);
        size_ = std::exchange(other.size_, 0);
    }
    return *this;
}

secret::~secret()
{
    clear();
}

void secret::clear() noexcept
{
    if (data_)
        detail::release_secret(data_, size_);
    data_ = nullptr;
    size_ = 0;
}

bool equal_constant_time(const secret& a, const secret& b) noexcept
{
    if (a.size() != b.size())
        return false;
    const std::string_view left = a.reveal();
    const std::string_view right = b.reveal();
    volatile unsigned char difference = 0;
    for (std::size_t i = 0; i < left.size(); ++i)
        difference = static_cast<unsigned char>(
            difference | (static_cast<unsigned char>(left[i]) ^ static_cast<unsigned char>(right[i]))
        );
    return difference == 0;
}

void wipe(void* data, std::size_t size) noexcept
{
    explicit_bzero(data, size);
}

void wipe(std::string& text) noexcept
{
    text.resize(text.capacity());  // never reallocates: the capacity is there
    wipe(text.data(), text.size());
    text.clear();
}

}  // namespace sgauth
