// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/longnet/safetensors.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <limits>
#include <stdexcept>
#include <system_error>

#include "engine/longnet/half.h"
#include "engine/longnet/json.h"

namespace corpuscope::longnet {
namespace {

struct TypeName {
    TensorType type;
    std::string_view name;
    std::size_t size;
};

constexpr std::array<TypeName, 13> kTypes = {{{TensorType::Bool, "BOOL", 1},
                                              {TensorType::U8, "U8", 1},
                                              {TensorType::I8, "I8", 1},
                                              {TensorType::I16, "I16", 2},
                                              {TensorType::U16, "U16", 2},
                                              {TensorType::F16, "F16", 2},
                                              {TensorType::BF16, "BF16", 2},
                                              {TensorType::I32, "I32", 4},
                                              {TensorType::U32, "U32", 4},
                                              {TensorType::F32, "F32", 4},
                                              {TensorType::F64, "F64", 8},
                                              {TensorType::I64, "I64", 8},
                                              {TensorType::U64, "U64", 8}}};

constexpr std::size_t kLengthBytes = 8;

std::string shape_text(std::span<const std::int64_t> shape) {
    std::string text = "[";
    for (std::size_t i = 0; i < shape.size(); ++i) {
        if (i > 0) text += ", ";
        text += std::to_string(shape[i]);
    }
    return text + "]";
}

/// Number of elements, or -1 where it is negative or overflows.
std::int64_t count_elements(std::span<const std::int64_t> shape) {
    std::int64_t count = 1;
    for (const std::int64_t extent : shape)
        if (extent < 0 || __builtin_mul_overflow(count, extent, &count)) return -1;
    return count;
}

template <typename T>
T load(std::span<const std::byte> data, std::size_t index) {
    T value;
    std::memcpy(&value, data.data() + index * sizeof(T), sizeof(T));
    return value;
}

std::vector<std::int64_t> read_integers(const Json& json) {
    std::vector<std::int64_t> values;
    for (const Json& value : json.array()) values.push_back(value.integer());
    return values;
}

/// The tensor's view into `data`; throws std::runtime_error with what is wrong with it.
Tensor read_tensor(const std::string& name, const Json& entry, std::span<const std::byte> data) {
    Tensor tensor;
    tensor.name = name;
    const std::string& type = entry.at("dtype").string();
    const auto known =
        std::find_if(kTypes.begin(), kTypes.end(), [&](const TypeName& t) { return t.name == type; });
    if (known == kTypes.end()) throw std::runtime_error("unknown dtype \"" + type + "\"");
    tensor.type = known->type;
    tensor.shape = read_integers(entry.at("shape"));
    const std::vector<std::int64_t> offsets = read_integers(entry.at("data_offsets"));
    if (offsets.size() != 2 || offsets[0] < 0 || offsets[1] < offsets[0])
        throw std::runtime_error("data_offsets make no sense");
    if (offsets[1] > static_cast<std::int64_t>(data.size()))
        throw std::runtime_error("the file is cut short: data up to byte " + std::to_string(offsets[1]) +
                                 " of " + std::to_string(data.size()));
    const std::int64_t elements = count_elements(tensor.shape);
    const std::int64_t bytes = offsets[1] - offsets[0];
    std::int64_t expected = 0;
    if (elements < 0 || __builtin_mul_overflow(elements, static_cast<std::int64_t>(known->size), &expected) ||
        expected != bytes)
        throw std::runtime_error("shape " + shape_text(tensor.shape) + " of " + type + " does not fill its " +
                                 std::to_string(bytes) + " bytes");
    tensor.data = data.subspan(static_cast<std::size_t>(offsets[0]), static_cast<std::size_t>(bytes));
    return tensor;
}

std::string build_header(std::span<const Tensor> tensors,
                         const std::map<std::string, std::string>& metadata) {
    std::string header = "{";
    if (!metadata.empty()) {
        header += "\"__metadata__\":{";
        for (const auto& [key, value] : metadata) header += quote_json(key) + ":" + quote_json(value) + ",";
        header.back() = '}';
        header += ',';
    }
    std::size_t offset = 0;
    for (const Tensor& tensor : tensors) {
        const std::size_t end = offset + tensor.data.size();
        header +=
            quote_json(tensor.name) + ":{\"dtype\":\"" + std::string(name_of(tensor.type)) + "\",\"shape\":";
        header += shape_text(tensor.shape);
        header += ",\"data_offsets\":[" + std::to_string(offset) + "," + std::to_string(end) + "]},";
        offset = end;
    }
    if (header.back() == ',') header.pop_back();
    header += '}';
    header.append((8 - header.size() % 8) % 8, ' ');
    return header;
}

}  // namespace

std::size_t size_of(TensorType type) { return kTypes[static_cast<std::size_t>(type)].size; }
std::string_view name_of(TensorType type) { return kTypes[static_cast<std::size_t>(type)].name; }

std::int64_t Tensor::elements() const { return count_elements(shape); }

SafetensorsFile::SafetensorsFile(const std::filesystem::path& path) : path_(path), file_(path) {
    read_header();
}

void SafetensorsFile::fail(const std::string& what) const {
    throw std::runtime_error(path_.string() + ": " + what);
}

void SafetensorsFile::read_header() {
    const auto bytes = file_.bytes();
    if (bytes.size() < kLengthBytes) fail("not a safetensors file: shorter than its 8-byte header length");
    const auto length = load<std::uint64_t>(bytes, 0);
    if (length > bytes.size() - kLengthBytes)
        fail("not a safetensors file, or cut short: the header should have " + std::to_string(length) +
             " bytes, the file has " + std::to_string(bytes.size()));
    const auto header = bytes.subspan(kLengthBytes, length);
    const auto data = bytes.subspan(kLengthBytes + length);
    Json json;
    try {
        json = Json::parse({reinterpret_cast<const char*>(header.data()), header.size()});
        if (!json.is_object()) throw std::runtime_error("an object expected");
    } catch (const std::runtime_error& error) {
        fail(std::string("the safetensors header cannot be read: ") + error.what());
    }
    for (const auto& [name, entry] : json.object()) {
        try {
            if (name == "__metadata__")
                for (const auto& [key, value] : entry.object()) metadata_[key] = value.string();
            else
                tensors_[name] = read_tensor(name, entry, data);
        } catch (const std::runtime_error& error) {
            fail("tensor " + name + ": " + error.what());
        }
    }
}

const Tensor* SafetensorsFile::find(const std::string& name) const {
    const auto found = tensors_.find(name);
    return found == tensors_.end() ? nullptr : &found->second;
}

const Tensor& SafetensorsFile::at(const std::string& name) const {
    if (const Tensor* tensor = find(name)) return *tensor;
    fail("tensor " + name + " is missing");
}

const Tensor& SafetensorsFile::at(const std::string& name, std::span<const std::int64_t> shape) const {
    const Tensor& tensor = at(name);
    if (!std::ranges::equal(tensor.shape, shape))
        fail("tensor " + name + " has the shape " + shape_text(tensor.shape) + ", not " + shape_text(shape));
    return tensor;
}

std::vector<float> SafetensorsFile::floats(const Tensor& tensor) const {
    std::vector<float> values(static_cast<std::size_t>(tensor.elements()));
    switch (tensor.type) {
        case TensorType::F32:
            if (!values.empty()) std::memcpy(values.data(), tensor.data.data(), tensor.data.size());
            break;
        case TensorType::BF16:
            for (std::size_t i = 0; i < values.size(); ++i)
                values[i] = bf16_to_float(load<std::uint16_t>(tensor.data, i));
            break;
        case TensorType::F16:
            for (std::size_t i = 0; i < values.size(); ++i)
                values[i] = fp16_to_float(load<std::uint16_t>(tensor.data, i));
            break;
        default:
            fail("tensor " + tensor.name + " is " + std::string(name_of(tensor.type)) +
                 ", not F32, F16 or BF16");
    }
    return values;
}

std::vector<std::int32_t> SafetensorsFile::integers(const Tensor& tensor) const {
    std::vector<std::int32_t> values(static_cast<std::size_t>(tensor.elements()));
    if (tensor.type != TensorType::I32 && tensor.type != TensorType::I64)
        fail("tensor " + tensor.name + " is " + std::string(name_of(tensor.type)) + ", not I32 or I64");
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::int64_t value = tensor.type == TensorType::I32 ? load<std::int32_t>(tensor.data, i)
                                                                  : load<std::int64_t>(tensor.data, i);
        if (value < std::numeric_limits<std::int32_t>::min() ||
            value > std::numeric_limits<std::int32_t>::max())
            fail("tensor " + tensor.name + " holds " + std::to_string(value) + ", which is beyond 32 bits");
        values[i] = static_cast<std::int32_t>(value);
    }
    return values;
}

void write_safetensors(const std::filesystem::path& path, std::span<const Tensor> tensors,
                       const std::map<std::string, std::string>& metadata) {
    std::filesystem::path temporary = path;
    temporary += ".part";
    {
        std::ofstream file(temporary, std::ios::binary | std::ios::trunc);
        const std::string header = build_header(tensors, metadata);
        const std::uint64_t length = header.size();
        file.write(reinterpret_cast<const char*>(&length), sizeof(length));
        file.write(header.data(), static_cast<std::streamsize>(header.size()));
        for (const Tensor& tensor : tensors)
            file.write(reinterpret_cast<const char*>(tensor.data.data()),
                       static_cast<std::streamsize>(tensor.data.size()));
        file.close();
        if (!file) {
            const int error = errno;
            std::error_code ignored;
            std::filesystem::remove(temporary, ignored);
            throw std::runtime_error(path.string() +
                                     ": cannot be written: " + std::generic_category().message(error));
        }
    }
    std::filesystem::rename(temporary, path);
}

}  // namespace corpuscope::longnet
