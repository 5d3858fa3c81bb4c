import AgentAPI
import Foundation
import SessionCore
import Synchronization
import TestSupport
import Testing
import Wire

@testable import AgentClient

/// Answers with undocumented fields and values of other types than the contract's.
@Suite(.serialized, .timeLimit(.scaled(minutes: 5))) struct OddAnswersTests {
    private let patient = PatientTransport()

    /// Serves a dialect with one answer of the reply changed the first time it is given.
    private func converse(
        _ dialect: WireDialect, _ change: @escaping @Sendable (WireAnswer) -> WireAnswer
    ) async throws -> (outcome: WireDialect.Outcome, received: EventLog<ReplyEvent>, messages: Int) {
        let isFirst = Mutex(true)
        return try await ScriptedServer.run { connection in
            while let request = try await connection.request() {
                let answer = dialect.answer(request)
                let changes =
                    dialect.bringsReply(request)
                    && isFirst.withLock { first in
                        defer { first = false }
                        return first
                    }
                try await connection.send((changes ? change(answer) : answer).bytes())
            }
        } use: { server in
            let (outcome, received) = try await dialect.converse(server.url, patient.transport)
            return (outcome, received, server.requests.filter(dialect.isMessage).count)
        }
    }

    private static let withJSON = WireDialect.all.filter { $0.testDescription != "Lyzr v2" }

    @Test("Unknown fields in every object change nothing", arguments: withJSON)
    func unknownFields(dialect: WireDialect) async throws {
        let plain = try await converse(dialect) { $0 }
        let odd = try await converse(dialect) { $0.mapJSON { $0.withUnknownFields } }
        #expect(odd.outcome == .complete)
        #expect(odd.received.text == dialect.text)
        // What a tool was given is shown as it came.
        let isStep: (ReplyEvent) -> Bool = { if case .step = $0 { true } else { false } }
        #expect(odd.received.merged.filter { !isStep($0) } == plain.received.merged.filter { !isStep($0) })
        #expect(odd.received.merged.count == plain.received.merged.count)
    }

    @Test(
        "A value of another type in any place fails the reply at worst, and never sends a second message",
        arguments: withJSON)
    func otherTypes(dialect: WireDialect) async throws {
        let values: [JSONValue] = [nil, true, 7, "odd", [], ["x": 1], [[1, "y"]]]
        let count = WireAnswer.places(in: dialect)
        #expect(count > 0)
        for place in 0..<count {
            for value in values {
                let (outcome, _, messages) = try await converse(dialect) { $0.replacing(place, with: value) }
                #expect(messages == 1, "\(place) \(value)")
                if case .failed(let kind) = outcome {
                    #expect([.unreadable, .service].contains(kind), "\(place) \(value): \(kind)")
                }
            }
        }
    }

    /// Serves the events of a dialect's stream with unknown ones between them.
    private func converseWithUnknownEvents(
        _ dialect: WireDialect
    ) async throws -> (outcome: WireDialect.Outcome, text: String) {
        let odd = [
            ": a comment\n\n", "id: 7\nretry: 10\n\n",
            "event: brand.new\ndata: {\"type\":\"brand_new\",\"note\":\"hi\"}\n\n",
        ]
        let (outcome, received, _) = try await converse(dialect) { answer in
            var answer = answer
            answer.pieces = answer.pieces.flatMap { odd + [$0] }
            return answer
        }
        return (outcome, received.text)
    }

    @Test(
        "Unknown events between the others do not change the text", arguments: [WireDialect.xagent, .vectara])
    func unknownEvents(dialect: WireDialect) async throws {
        let (outcome, text) = try await converseWithUnknownEvents(dialect)
        #expect(outcome == .complete)
        #expect(text == dialect.text)
    }

    @Test("Lyzr has no event types: an unknown object is text that happens to be JSON")
    func unknownEventsOfLyzr() async throws {
        let (outcome, text) = try await converseWithUnknownEvents(.lyzrV3)
        let object = #"{"type":"brand_new","note":"hi"}"#
        #expect(outcome == .complete)
        #expect(text.contains(object))
        #expect(text.replacing(object, with: "") == WireDialect.lyzrV3.text)
    }
}

extension WireAnswer {
    /// The answer with every JSON document in it changed.
    fileprivate func mapJSON(_ change: (JSONValue) -> JSONValue) -> WireAnswer {
        var answer = self
        answer.pieces = pieces.map { piece in
            guard let start = piece.firstIndex(of: "{"),
                let value = try? WireJSON.decode(JSONValue.self, from: piece[start...].utf8)
            else { return piece }
            let end = piece[start...].reversed().prefix { $0.isNewline }.count
            return piece[..<start] + change(value).compact + String(repeating: "\n", count: end)
        }
        return answer
    }

    fileprivate func replacing(_ place: Int, with value: JSONValue) -> WireAnswer {
        var left = place
        return mapJSON { $0.replacing(&left, with: value) }
    }

    /// How many values the JSON of a dialect's reply has.
    fileprivate static func places(in dialect: WireDialect) -> Int {
        let requests = [("POST", "/x"), ("GET", "/tasks/10"), ("GET", "/tasks/10/events")].map {
            SentRequest(method: $0.0, target: $0.1, headers: [:], body: "")
        }
        guard let reply = requests.first(where: dialect.bringsReply) else { return 0 }
        var left = Int.max
        _ = dialect.answer(reply).mapJSON { $0.replacing(&left, with: nil) }
        return Int.max - left
    }
}

extension JSONValue {
    fileprivate var withUnknownFields: JSONValue {
        switch self {
        case .object(let members):
            var members = members.mapValues(\.withUnknownFields)
            members["zz_brand_new"] = ["deep": [1, nil, "x"]]
            return .object(members)
        case .array(let elements): return .array(elements.map(\.withUnknownFields))
        default: return self
        }
    }

    /// Replaces the value at a place, counted through the whole tree; `left` goes down as places are passed.
    fileprivate func replacing(_ left: inout Int, with value: JSONValue) -> JSONValue {
        left -= 1
        if left == -1 { return value }
        switch self {
        case .object(let members):
            var changed: [String: JSONValue] = [:]
            for (key, member) in members.sorted(by: { $0.key < $1.key }) {
                changed[key] = member.replacing(&left, with: value)
            }
            return .object(changed)
        case .array(let elements):
            return .array(elements.map { $0.replacing(&left, with: value) })
        default:
            return self
        }
    }
}
