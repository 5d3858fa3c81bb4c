import RichText

/// Draws the dialog that adds an account, one question at a time.
struct AccountWizardView {
    let wizard: AccountWizard
    let size: Size

    func draw(on canvas: inout ThemedCanvas) {
        var frame = DialogLayout.frame(in: size, wantedRows: 14)
        let above = wrapped(wizard.question, .dialogText, in: frame) + diagnostics(in: frame)
        let below = wrapped(
            wizard.fault ?? wizard.waiting, wizard.fault == nil ? .dialogMuted : .error, in: frame)
        // The frame, a free row above the content and one below.
        frame = DialogLayout.frame(
            in: size, wantedRows: max(14, above.count + contentRows + below.count + 4))
        DialogFrameView(frame: frame).draw(
            title: "Add an account: \(wizard.step.title)\(place)", footer: wizard.footer, on: &canvas)
        let end = frame.row + frame.rows - 1
        var row = frame.row + 1
        var hidden = 0
        func put(_ lines: [StyledLine], until end: Int) {
            let shown = lines.prefix(max(0, end - row))
            for (offset, line) in shown.enumerated() {
                canvas.put(
                    line, row: row + offset, column: frame.column + 2, width: frame.columns - 4,
                    over: .dialogText)
            }
            row += shown.count
            hidden += lines.count - shown.count
        }
        // What is filled in or chosen always has room.
        put(above, until: end - 1)
        row = min(row + 1, end - 1)
        row = drawContent(at: row, to: end, in: frame, on: &canvas)
        put(below, until: end)
        if hidden > 0 { DialogFrameView(frame: frame).drawHidden(above: 0, below: hidden, on: &canvas) }
    }

    private var contentRows: Int {
        if case .choices(let picker) = wizard.content { picker.items.count + 1 } else { 1 }
    }

    /// Which step this is of how many. The service decides how many there are, so its own step has no number.
    private var place: String {
        let steps = wizard.steps
        guard let index = steps.firstIndex(of: wizard.step), index > 0 else { return "" }
        return " (\(index + 1) of \(steps.count))"
    }

    /// - Returns: the row below.
    private func drawContent(at row: Int, to end: Int, in frame: Rect, on canvas: inout ThemedCanvas) -> Int {
        let parts = DialogFrameView(frame: frame)
        switch wizard.content {
        case .line(let editor, let isSecret):
            parts.drawLine(editor, isSecret: isSecret, row: row, on: &canvas)
            return row + 2
        case .choices(let picker):
            parts.drawLine(picker.query, row: row, on: &canvas)
            // Leaves room for a fault below the items.
            let rows = min(max(1, picker.items.count), max(0, end - row - 3))
            parts.drawItems(of: picker, from: row + 1, rows: rows, on: &canvas)
            return row + 2 + rows
        }
    }

    private func diagnostics(in frame: Rect) -> [StyledLine] {
        guard wizard.step == .review, let diagnostics = wizard.diagnostics else { return [] }
        return [StyledLine()]
            + diagnostics.flatMap { diagnostic in
                switch diagnostic.verdict {
                case .fine: wrapped("✓ " + diagnostic.text, .success, in: frame)
                case .wrong: wrapped("✗ " + diagnostic.text, .error, in: frame)
                case .unknown: wrapped("· " + diagnostic.text, .dialogMuted, in: frame)
                }
            }
    }

    private func wrapped(_ text: String, _ role: StyleRole, in frame: Rect) -> [StyledLine] {
        text.isEmpty ? [] : StyledLine.wrap(text, width: max(1, frame.columns - 4), role: role)
    }
}

extension AccountWizard.Step {
    var title: String {
        switch self {
        case .service: "service"
        case .address: "address"
        case .keySource: "where the key comes from"
        case .key: "key"
        case .user: "user"
        case .agent: "agent"
        case .review: "check and save"
        }
    }
}

extension AccountWizard {
    /// The question of this step.
    var question: String {
        switch step {
        case .service: "Which service do you have an account with?"
        case .address:
            offer?.url == nil
                ? "What is the address of the service?"
                : "What is the address of the service? This is the default; change it if yours differs."
        case .keySource: "Where does the key come from? It is never written into the configuration."
        case .key: keyQuestion
        case .user: offer?.userHint ?? ""
        case .agent:
            if case .choices = content {
                "Which agent do you want to talk to?"
            } else {
                "\(offer?.agentHint ?? "") You can add a name of your own after it\(offer?.keyHasOneAgent == true ? "." : ", and more agents after commas.")"
            }
        case .review: "What should the account be called? The task list shows this name."
        }
    }

    private var keyQuestion: String {
        guard case .line(_, let isSecret) = content else { return "" }
        if isSecret {
            return "Paste the key. It is not shown, and it is kept in a file that only you can read."
        }
        return switch keyKind {
        case .command:
            "Which command prints the key? It runs without a shell, and the first line that it prints is the key. For example: pass show agents/key"
        case .environment, .pasted, nil: "Which environment variable holds the key?"
        }
    }

    var waiting: String {
        switch awaited?.kind {
        case .agents: "Loading the agents…"
        case .check: "Checking the account…"
        case .save: "Saving…"
        case nil: ""
        }
    }

    fileprivate var footer: String {
        let back = step == .service ? "Esc closes" : "Esc goes back"
        if marksAgents { return "Enter marks the agent · \(back)" }
        return step == .review ? "Enter saves · \(back)" : "Enter continues · \(back)"
    }
}
