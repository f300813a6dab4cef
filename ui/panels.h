// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace corpuscope::ui {

class AskPage;
class AttentionPage;
class ExportDialog;
class IndexingBar;
class LibraryDock;
class OverviewPage;
class ReaderDock;
class SummaryPage;
class TextStore;

/// The parts of the main window, which owns them.
struct Panels {
    LibraryDock* library = nullptr;
    ReaderDock* reader = nullptr;
    OverviewPage* overview = nullptr;
    AskPage* ask = nullptr;
    SummaryPage* summary = nullptr;
    AttentionPage* attention = nullptr;
    ExportDialog* exporting = nullptr;
    IndexingBar* progress = nullptr;
    TextStore* texts = nullptr;
};

}  // namespace corpuscope::ui
