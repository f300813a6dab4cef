// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/answers/evaluation.h"

#include <QRegularExpression>
#include <QString>
#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "engine/answers/pattern_spaces.h"

namespace corpuscope::answers {
namespace {

constexpr int kRanks = 10;

QRegularExpression expression_of(const std::string& pattern) {
    // Line breaks of a document fall anywhere: white space of the pattern stands for them too.
    return QRegularExpression(
        QString::fromStdString(with_any_white_space(pattern)),
        QRegularExpression::CaseInsensitiveOption | QRegularExpression::UseUnicodePropertiesOption);
}

std::vector<QRegularExpression> expressions_of(const EvaluationQuestion& question) {
    std::vector<QRegularExpression> expressions;
    for (const std::string& answer : question.answers) expressions.push_back(expression_of(answer));
    return expressions;
}

template <typename Cited>
bool is_hit(const Cited& cited, const EvaluationQuestion& question,
            const std::vector<QRegularExpression>& expressions) {
    if (!cited.path.ends_with(question.path)) return false;
    const QString text = QString::fromStdString(cited.text);
    return std::any_of(expressions.begin(), expressions.end(), [&](const QRegularExpression& expression) {
        return expression.match(text).hasMatch();
    });
}

EvaluationQuestion parse(const std::string& line) {
    const nlohmann::json json = nlohmann::json::parse(line);
    EvaluationQuestion question;
    question.question = json.at("question").get<std::string>();
    question.answers = json.value("answers", std::vector<std::string>());
    question.path = json.value("path", std::string());
    for (const std::string& answer : question.answers) {
        const QRegularExpression expression = expression_of(answer);
        if (!expression.isValid())
            throw std::runtime_error(
                "\"" + answer + "\" is not a regular expression: " + expression.errorString().toStdString());
    }
    return question;
}

}  // namespace

std::vector<EvaluationQuestion> read_questions(const std::filesystem::path& jsonl) {
    std::ifstream file(jsonl);
    if (!file) throw std::runtime_error(jsonl.string() + ": cannot be opened");
    std::vector<EvaluationQuestion> questions;
    std::string line;
    for (int number = 1; std::getline(file, line); ++number) {
        if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
        try {
            questions.push_back(parse(line));
        } catch (const std::exception& error) {
            throw std::runtime_error(jsonl.string() + ":" + std::to_string(number) + ": " + error.what());
        }
    }
    if (questions.empty()) throw std::runtime_error(jsonl.string() + ": has no questions");
    return questions;
}

Evaluation evaluate(Answerer& answerer, search::Searcher& searcher,
                    const std::vector<EvaluationQuestion>& questions, search::Mode mode, bool rerank,
                    const std::function<void(std::int64_t)>& progress) {
    Evaluation evaluation;
    const bool asks = mode == search::Mode::Hybrid && rerank;
    double refused_answerable = 0, refused_unanswerable = 0, first_answer = 0;
    std::int64_t done = 0;
    for (const EvaluationQuestion& question : questions) {
        Answer answer;
        if (asks) {
            answer = answerer.ask(question.question, kRanks);
        } else {
            search::Query query;
            query.text = question.question;
            query.mode = mode;
            query.rerank = rerank;
            query.limit = kRanks;
            answer.passages = answerer.cite(searcher.search(query));
        }
        int rank = 0;
        if (question.answers.empty()) {
            ++evaluation.unanswerable;
            refused_unanswerable += answer.answered ? 0 : 1;
        } else {
            const std::vector<QRegularExpression> expressions = expressions_of(question);
            for (std::size_t i = 0; i < answer.passages.size() && rank == 0; ++i)
                if (is_hit(answer.passages[i], question, expressions)) rank = static_cast<int>(i) + 1;
            ++evaluation.answerable;
            refused_answerable += answer.answered ? 0 : 1;
            first_answer +=
                !answer.answers.empty() && is_hit(answer.answers.front(), question, expressions) ? 1 : 0;
            evaluation.recall_at_1 += rank == 1 ? 1 : 0;
            evaluation.recall_at_5 += rank >= 1 && rank <= 5 ? 1 : 0;
            evaluation.mrr_at_10 += rank >= 1 ? 1.0 / rank : 0;
        }
        evaluation.ranks.push_back(rank);
        if (progress) progress(++done);
    }
    const auto answerable = static_cast<double>(std::max<std::int64_t>(1, evaluation.answerable));
    evaluation.recall_at_1 /= answerable;
    evaluation.recall_at_5 /= answerable;
    evaluation.mrr_at_10 /= answerable;
    if (asks && evaluation.answerable > 0) {
        evaluation.refused_answerable = refused_answerable / answerable;
        evaluation.first_answer = first_answer / answerable;
    }
    if (asks && evaluation.unanswerable > 0)
        evaluation.refused_unanswerable = refused_unanswerable / static_cast<double>(evaluation.unanswerable);
    return evaluation;
}

}  // namespace corpuscope::answers
