// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include "app/citations.h"
#include "app/commands/commands.h"
#include "app/interrupt.h"
#include "app/terminal.h"
#include "engine/attention/attention_map.h"
#include "engine/export/atomic_file.h"

namespace corpuscope::app {
namespace {

class AttentionCommand : public Command {
 public:
    AttentionCommand() : Command("attention", "Draw what attends to what, as a picture or as numbers") {}

    int run() override {
        const auto ending = std::filesystem::path(out_).extension();
        if (ending != ".png" && ending != ".npz")
            throw UsageError("--out: " + out_ + " must end in .png or .npz");
        if (request_.to != 0 && request_.to <= request_.from)
            throw UsageError("--to: " + std::to_string(request_.to) + " is not after --from " +
                             std::to_string(request_.from));
        Control control;
        const Interrupt interrupt(control);
        Session session = make_session();
        library::refuse_to_replace(session.library(), out_);
        exporting::check_writable(out_);
        auto request = request_;
        request.level = level();
        if (!paths_.empty()) request.documents = ids_of(documents_at(session.library(), paths_));
        const auto map = compute(session, request, control);
        attention::save_map(map, out_);
        if (json())
            std::cout << dump({{"file", out_},
                               {"cells", map.cells.size()},
                               {"layer", map.layer},
                               {"head", map.head},
                               {"branch", map.branch}})
                      << '\n';
        else
            std::cout << escaped(out_) << ": " << map.cells.size() << " x " << map.cells.size() << " cells\n";
        return kDone;
    }

 protected:
    void define(CLI::App& app) override {
        app.add_option("PATH", paths_, "Documents and folders (default: the whole library)");
        app.add_option("--out", out_, "Picture or numbers")->required()->type_name("FILE.png|FILE.npz");
        // How many there are depends on model and library: what is beyond them fails later.
        app.add_option("--layer", request_.layer, "Layer, from 0")
            ->check(not_negative())
            ->type_name("N")
            ->capture_default_str();
        app.add_option("--head", request_.head, "Head, from 0 (default: the mean over heads)")
            ->check(not_negative())
            ->type_name("N");
        app.add_option("--branch", request_.branch, "Branch, from 0 (default: the mixture of all)")
            ->check(not_negative())
            ->type_name("N");
        app.add_option("--level", level_, "What a row is (neighbouring ones share one where there are many)")
            ->check(CLI::IsMember({"document", "passage", "token"}))
            ->type_name("")
            ->capture_default_str();
        app.add_option("--from", request_.from, "First item of the level")
            ->check(not_negative())
            ->type_name("N");
        app.add_option("--to", request_.to, "One past the last item; 0: to the end")
            ->check(not_negative())
            ->type_name("N");
        app.add_option("--cells", request_.max_cells, "Rows and columns at most")
            ->check(CLI::Range(2, 2048))
            ->type_name("N")
            ->capture_default_str();
        add_library_option(app);
        add_engine_options(app);
        add_json_option(app);
    }

 private:
    attention::MapRequest::Level level() const {
        using Level = attention::MapRequest::Level;
        return level_ == "document" ? Level::Document : level_ == "token" ? Level::Token : Level::Passage;
    }

    static attention::AttentionMap compute(Session& session, const attention::MapRequest& request,
                                           Control& control) {
        ProgressDisplay display;
        return attention::compute_map(session.library(), session.encoder(), request, &control,
                                      [&](double fraction) { display.show("attention", fraction); });
    }

    std::vector<std::string> paths_;
    std::string out_, level_ = "passage";
    attention::MapRequest request_;
};

}  // namespace

std::unique_ptr<Command> make_attention() { return std::make_unique<AttentionCommand>(); }

}  // namespace corpuscope::app
