import RichText

/// The dialog that adds an account: one question at a time.
struct AccountWizardView {
    let setup: AccountWizard
    let size: Size

    func draw(on painter: inout ThemedCanvas) {
        let frame = DialogLayout.frame(in: size, wantedRows: 14)
        let steps = setup.steps
        let number = (steps.firstIndex(of: setup.step) ?? 0) + 1
        painter.drawFrame(
            frame, title: "Add an account: \(setup.step.title) (\(number) of \(steps.count))",
            footer: setup.footer)
        let end = frame.row + frame.rows - 1
        var row = frame.row + 1
        func put(_ lines: [StyledLine]) {
            for line in lines where row < end {
                painter.put(
                    line, row: row, column: frame.column + 2, width: frame.columns - 4, over: .dialogText)
                row += 1
            }
        }
        put(wrapped(setup.question, .text, in: frame))
        put(findings(in: frame))
        row = min(row + 1, end - 1)
        row = drawContent(at: row, to: end, in: frame, on: &painter)
        put(wrapped(setup.fault ?? setup.waiting, setup.fault == nil ? .muted : .error, in: frame))
    }

    /// - Returns: the row below.
    private func drawContent(at row: Int, to end: Int, in frame: Rect, on painter: inout ThemedCanvas) -> Int
    {
        switch setup.content {
        case .line(let editor, let isSecret):
            painter.drawLine(editor, isSecret: isSecret, row: row, in: frame)
            return row + 2
        case .choices(let picker):
            painter.drawLine(picker.query, row: row, in: frame)
            // What is wrong has a place below the items.
            let rows = min(max(1, picker.items.count), max(0, end - row - 3))
            painter.drawItems(of: picker, from: row + 1, rows: rows, in: frame)
            return row + 2 + rows
        }
    }

    private func findings(in frame: Rect) -> [StyledLine] {
        guard setup.step == .review, let findings = setup.findings else { return [] }
        return [StyledLine()]
            + findings.flatMap { finding in
                switch finding.isGood {
                case true?: wrapped("✓ " + finding.text, .success, in: frame)
                case false?: wrapped("✗ " + finding.text, .error, in: frame)
                case nil: wrapped("· " + finding.text, .muted, in: frame)
                }
            }
    }

    private func wrapped(_ text: String, _ role: StyleRole, in frame: Rect) -> [StyledLine] {
        text.isEmpty ? [] : StyledLine.wrap(text, width: max(1, frame.columns - 4), role: role)
    }
}

extension AccountWizard.Step {
    fileprivate var title: String {
        switch self {
        case .service: "service"
        case .address: "address"
        case .keySource: "where the key comes from"
        case .key: "key"
        case .user: "user"
        case .agent: "agent"
        case .review: "try and save"
        }
    }
}

extension AccountWizard {
    /// What this step asks.
    fileprivate var question: String {
        switch step {
        case .service: "Which service do you have an account with?"
        case .address:
            offer?.url == nil
                ? "Where is it? The address that the service is reached at."
                : "Where is it? The usual address stands here; change it where yours is another."
        case .keySource: "Where does the key come from? It is never written into the configuration."
        case .key: keyQuestion
        case .user: offer?.userHint ?? ""
        case .agent:
            if case .choices = content {
                "Which agent do you talk to?"
            } else {
                "\(offer?.agentHint ?? "") Behind the id you can give it a name of your own."
            }
        case .review: "What is the account to be called? It is the name that the task list shows."
        }
    }

    private var keyQuestion: String {
        guard case .line(_, let isSecret) = content else { return "" }
        if isSecret {
            return "Paste the key. It is not shown; it will be kept in a file that only you can read."
        }
        return switch keyKind {
        case .command:
            "Which command prints the key? It is run without a shell; its first line is taken. As in: pass show agents/key"
        case .environment, .pasted, nil: "Which environment variable holds the key?"
        }
    }

    fileprivate var waiting: String {
        switch awaited?.kind {
        case .agents: "Asking which agents there are…"
        case .check: "Trying the account…"
        case .save: "Saving…"
        case nil: ""
        }
    }

    fileprivate var footer: String {
        let back = step == .service ? "Esc closes" : "Esc goes back"
        return step == .review ? "Enter saves · \(back)" : "Enter goes on · \(back)"
    }
}
