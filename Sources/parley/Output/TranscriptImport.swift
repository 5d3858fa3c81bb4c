import Foundation
import SessionCore

/// Reads what `parley export --json` has written.
struct TranscriptImport {
    /// What the errors call the file.
    let name: String

    /// - Throws: ``Failure`` with the place in the file.
    func task(from data: Data) throws -> ImportedTask {
        try checkForm(data)
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        decoder.dateDecodingStrategy = .custom { decoder in
            let container = try decoder.singleValueContainer()
            let text = try container.decode(String.self)
            guard let date = JSONOutput.date(text) else {
                throw DecodingError.dataCorruptedError(
                    in: container, debugDescription: "“\(text)” is no time such as 2026-01-02T03:04:05.678Z.")
            }
            return date
        }
        let report: TranscriptReport
        do {
            report = try decoder.decode(TranscriptReport.self, from: data)
        } catch let error as DecodingError {
            throw failure(error, in: data)
        }
        return try task(report)
    }

    /// Says of the other forms what they are.
    private func checkForm(_ data: Data) throws {
        let first = data.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        let advice = "Export the task as JSON: parley export TASK --format json."
        switch first {
        case UInt8(ascii: "{"): return
        case nil: throw refusal("is empty. \(advice)")
        case UInt8(ascii: "<"): throw refusal("is HTML, which does not hold all of a task. \(advice)")
        case UInt8(ascii: "#"): throw refusal("is Markdown, which does not hold all of a task. \(advice)")
        case UInt8(ascii: "["): throw refusal("is a list, and no task with its messages. \(advice)")
        default: throw refusal("is not JSON. \(advice)")
        }
    }

    private func refusal(_ what: String) -> Failure {
        Failure(message: "“\(name)” \(what) Nothing was imported.")
    }

    private func failure(at place: String, _ what: String) -> Failure {
        Failure(message: "“\(name)”, \(place): \(what) Nothing was imported.")
    }

    private func failure(_ error: DecodingError, in data: Data) -> Failure {
        switch error {
        case .keyNotFound(let key, let context):
            return failure(at: Self.place(context.codingPath + [key]), "This is missing.")
        case .valueNotFound(_, let context):
            return failure(at: Self.place(context.codingPath), "This is null.")
        case .typeMismatch(let type, let context):
            return failure(at: Self.place(context.codingPath), "This is not \(Self.description(of: type)).")
        case .dataCorrupted(let context) where context.codingPath.isEmpty:
            return refusal("is not JSON: \(Self.syntaxError(in: data))")
        case .dataCorrupted(let context):
            return failure(at: Self.place(context.codingPath), context.debugDescription)
        @unknown default: return refusal("cannot be read.")
        }
    }

    /// The decoder does not say where the document is wrong; this one does.
    private static func syntaxError(in data: Data) -> String {
        do {
            _ = try JSONSerialization.jsonObject(with: data)
            return "It cannot be read."
        } catch {
            return (error as NSError).userInfo["NSDebugDescription"] as? String ?? "It cannot be read."
        }
    }

    private static func description(of type: any Any.Type) -> String {
        switch type {
        case is String.Type: "a text"
        case is Bool.Type: "true or false"
        case is Int64.Type, is Int.Type: "a number"
        case is [Any].Type: "a list"
        default: "what a task holds there"
        }
    }

    /// As it is written in the file: `messages[3].turn.id`.
    private static func place(_ path: [any CodingKey]) -> String {
        path.reduce(into: "") { place, key in
            if let index = key.intValue {
                place += "[\(index)]"
            } else {
                let name = key.stringValue.reduce(into: "") {
                    $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1)
                }
                place += (place.isEmpty ? "" : ".") + name
            }
        }
    }

    // MARK: What the document means

    private func task(_ report: TranscriptReport) throws -> ImportedTask {
        let head = report.task
        let isID =
            head.id.count == 16 && head.id.allSatisfy { $0.isHexDigit && !$0.isUppercase && $0.isASCII }
        guard isID else {
            throw failure(at: "task.id", "This is not the id of a task: 16 of the digits 0–9 and a–f.")
        }
        guard !head.account.isEmpty else { throw failure(at: "task.account", "This is empty.") }
        let id = ChatTask.ID(rawValue: head.id)
        let task = ChatTask(
            id: id, account: head.account, agent: Agent(id: head.agent, name: head.agentName),
            serviceID: head.serviceId, title: head.title, titleIsProvisional: false,
            createdAt: head.createdAt,
            updatedAt: head.updatedAt, mode: try word(head.mode, at: "task.mode") ?? .streamed,
            unread: max(0, head.unread), isPinned: head.pinned ?? false, isArchived: head.archived)
        var imported = ImportedTask(task: task, messages: [], turns: [])
        for (index, message) in report.messages.enumerated() {
            try add(message, at: "messages[\(index)]", to: &imported)
        }
        return imported
    }

    private func add(_ report: MessageReport, at place: String, to imported: inout ImportedTask) throws {
        guard report.id > imported.messages.last?.id ?? .min else {
            throw failure(at: place + ".id", "This is not higher than the id of the message before it.")
        }
        let role: Message.Role = try word(report.role, at: place + ".role")
        var message = Message(
            id: report.id, task: imported.task.id, role: role, text: report.text, at: report.at,
            serviceID: report.serviceId, state: try word(report.state, at: place + ".state"))
        message.extras = try extras(report, at: place)
        message.format = try report.format.map { try word($0, at: place + ".format") } ?? .markdown
        message.usage = report.tokens.flatMap { TokenUsage(input: $0.input, output: $0.output) }
        if let turn = report.turn {
            message.turn = turn.id
            try add(turn, of: message, at: place + ".turn", to: &imported)
        }
        imported.messages.append(message)
    }

    /// A turn is that of a message, and of the reply that follows it.
    private func add(
        _ report: TurnReport, of message: Message, at place: String, to imported: inout ImportedTask
    ) throws {
        guard message.role == .agent else {
            guard report.id == message.id else {
                throw failure(at: place + ".id", "This is not the id of the message.")
            }
            imported.turns.append(
                Turn(
                    id: report.id, task: imported.task.id, mode: try word(report.mode, at: place + ".mode"),
                    state: try word(report.state, at: place + ".state"), message: message.id,
                    failure: try report.error.map { try failure($0, at: place + ".error") },
                    startedAt: report.startedAt ?? message.at, endedAt: report.endedAt))
            return
        }
        guard let last = imported.turns.last, last.id == report.id, imported.messages.last?.id == report.id
        else {
            throw failure(at: place + ".id", "This is not the id of the message before it.")
        }
        imported.turns[imported.turns.count - 1].reply = message.id
        imported.turns[imported.turns.count - 1].endedAt = report.endedAt ?? message.at
    }

    private func extras(_ report: MessageReport, at place: String) throws -> Extras {
        Extras(
            suggestions: report.suggestions,
            cards: report.cards.map { card in
                Card(
                    title: card.title, isRecommended: card.recommended,
                    properties: card.properties.map { Card.Property(title: $0.title, value: $0.value) })
            },
            steps: try report.steps.enumerated().map { index, step in
                let place = "\(place).steps[\(index)]"
                return Step(
                    id: step.id, kind: try word(step.kind, at: place + ".kind"), title: step.title,
                    state: try word(step.state, at: place + ".state"), detail: step.detail)
            })
    }

    private func failure(_ report: ErrorReport, at place: String) throws -> ServiceError {
        ServiceError(
            try word(report.kind, at: place + ".kind"), report.message, detail: report.detail,
            status: report.status, retryAt: report.retryAt)
    }

    private func word<Word: RawRepresentable<String>>(_ text: String, at place: String) throws -> Word {
        guard let word = Word(rawValue: text) else { throw failure(at: place, "“\(text)” is unknown here.") }
        return word
    }

    private func word<Word: RawRepresentable<String>>(_ text: String?, at place: String) throws -> Word? {
        try text.map { try word($0, at: place) as Word }
    }
}
