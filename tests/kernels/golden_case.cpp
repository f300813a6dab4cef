// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/kernels/golden_case.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <cmath>
#include <cstring>
#include <stdexcept>

namespace corpuscope::kernels::test {
namespace {

Tensor read_tensor(const QJsonObject& entry, const QByteArray& data) {
    if (entry["dtype"].toString() != "F32") throw std::runtime_error("a golden tensor is not F32");
    Tensor tensor;
    for (const auto& extent : entry["shape"].toArray()) tensor.shape.push_back(extent.toInteger());
    const qint64 begin = entry["data_offsets"][0].toInteger(), end = entry["data_offsets"][1].toInteger();
    if (begin < 0 || end > data.size() || begin > end) throw std::runtime_error("a golden file is cut short");
    tensor.values.resize(static_cast<std::size_t>(end - begin) / sizeof(float));
    std::memcpy(tensor.values.data(), data.constData() + begin, tensor.values.size() * sizeof(float));
    return tensor;
}

OffsetRule rule_named(const QString& name) {
    if (name == "modulo") return OffsetRule::Modulo;
    if (name == "rotating") return OffsetRule::Rotating;
    if (name == "grouped") return OffsetRule::Grouped;
    throw std::runtime_error("unknown offset rule " + name.toStdString());
}

}  // namespace

QString golden_folder() {
    return qEnvironmentVariable("CORPUSCOPE_GOLDENS", CORPUSCOPE_TEST_DATA "/goldens");
}

QStringList golden_names() {
    QStringList names;
    for (const QString& file : QDir(golden_folder()).entryList({"*.safetensors"}, QDir::Files))
        names << file.chopped(12);
    return names;
}

GoldenCase::GoldenCase(const QString& name) {
    QFile file(golden_folder() + "/" + name + ".safetensors");
    if (!file.open(QIODevice::ReadOnly))
        throw std::runtime_error("cannot read " + file.fileName().toStdString());
    const QByteArray all = file.readAll();
    quint64 header_size = 0;
    std::memcpy(&header_size, all.constData(), sizeof(header_size));
    const QJsonObject header =
        QJsonDocument::fromJson(all.mid(8, static_cast<qsizetype>(header_size))).object();
    const QByteArray data = all.mid(8 + static_cast<qsizetype>(header_size));
    for (const QString& key : header.keys())
        if (key != "__metadata__") tensors_[key.toStdString()] = read_tensor(header[key].toObject(), data);

    const QJsonObject settings =
        QJsonDocument::fromJson(header["__metadata__"]["case"].toString().toUtf8()).object();
    for (qsizetype b = 0; b < settings["segments"].toArray().size(); ++b)
        branches_.push_back({settings["segments"][b].toInteger(), settings["rates"][b].toInteger()});
    rule_ = rule_named(settings["head_offset"].toString());
    layer_ = settings["layer"].toInt();
    causal_ = settings["causal"].toBool();
    const Tensor& k = tensor("k");
    const std::int64_t width = k.shape[1] * k.shape[2];
    keys_.assign(branches_.size(), {k.values.data(), tensor("v").values.data(), width, 0, k.shape[0], false});
    const std::int64_t heads = tensor("q").shape[1];
    if (settings["alibi"].toBool())
        for (std::int64_t h = 0; h < heads; ++h)
            slopes_.push_back(std::exp2(-8.0F * static_cast<float>(h + 1) / static_cast<float>(heads)));
    if (tensors_.contains("anchors"))
        for (const float anchor : tensor("anchors").values)
            units_.push_back(static_cast<std::int32_t>(anchor));
}

const float* GoldenCase::optional(const char* key) const {
    const auto found = tensors_.find(key);
    return found == tensors_.end() ? nullptr : found->second.values.data();
}

AttentionProblem GoldenCase::problem(std::vector<float>& out, std::vector<float>& lse) const {
    const Tensor& q = tensor("q");
    AttentionProblem p;
    p.length = p.queries = q.shape[0];
    p.heads = static_cast<int>(q.shape[1]);
    p.head_dim = static_cast<int>(q.shape[2]);
    p.kv_heads = static_cast<int>(tensor("k").shape[1]);
    p.branches = branches_;
    p.keys = keys_;
    p.rule = rule_;
    p.layer = layer_;
    p.causal = causal_;
    p.q = q.values.data();
    p.q_stride = p.out_stride = q.shape[1] * q.shape[2];
    out.assign(q.values.size(), NAN);
    lse.assign(branches_.size() * static_cast<std::size_t>(q.shape[0] * q.shape[1]), NAN);
    p.out = out.data();
    p.lse = lse.data();
    p.gates = optional("gates");
    p.neighbour_bias = optional("neighbour_bias");
    p.units = units_.empty() ? nullptr : units_.data();
    p.alibi_slopes = slopes_.empty() ? nullptr : slopes_.data();
    return p;
}

}  // namespace corpuscope::kernels::test
