import AgentAPI
import SessionCore
import Testing

@testable import AgentClient

@Suite struct XagentReplyTests {
    private func text(_ events: [ReplyEvent]) -> String {
        events.reduce(into: "") { text, event in
            switch event {
            case .text(let more): text += more
            case .wholeText(let whole): text = whole
            default: break
            }
        }
    }

    private func apply(_ events: [Xagent.Event]) -> (emitted: [ReplyEvent], outcome: XagentReply.Outcome?) {
        var reply = XagentReply()
        let emitted = events.flatMap { reply.apply($0) }
        return (emitted, reply.outcome)
    }

    private func assistant(_ content: String, status: String = "completed") -> Xagent.Event {
        .step(
            Xagent.Step(
                id: "message:assistant:1", type: "message", status: status,
                startedAt: Timestamp(.distantPast),
                completedAt: nil, data: ["role": "assistant", "content": .string(content)]))
    }

    private let done = Xagent.Event.completed(status: "completed", output: "391", error: nil)

    @Test("Text that was emitted in pieces is not emitted again as a whole")
    func increments() {
        let (emitted, outcome) = apply([
            .status("running"), .delta(messageID: "live:1", text: "39"),
            .delta(messageID: "live:1", text: "1"),
            .message(messageID: "live:1", content: "391", isCut: false), assistant("391"), done,
        ])
        #expect(emitted == [.text("39"), .text("1")])
        #expect(outcome == .complete)
    }

    @Test("The text is whole in the end even if events are missing")
    func gaps() {
        let runs: [[Xagent.Event]] = [
            [done], [.delta(messageID: "live:1", text: "3"), done],
            [
                .delta(messageID: "live:1", text: "91"),
                .message(messageID: "live:1", content: "391", isCut: false), done,
            ],
            [assistant("391"), done], [.delta(messageID: "live:1", text: "3"), assistant("391"), done],
            [assistant("391"), .message(messageID: "live:1", content: "391", isCut: false), done],
            [assistant("39", status: "running"), done],
            [
                .delta(messageID: "live:1", text: "391"),
                .message(messageID: "live:1", content: "3", isCut: true), done,
            ],
        ]
        for run in runs {
            let (emitted, outcome) = apply(run)
            #expect(text(emitted) == "391", "\(run)")
            #expect(outcome == .complete)
        }
    }

    @Test func severalMessagesStandBelowOneAnother() {
        let (emitted, _) = apply([
            .message(messageID: "live:1", content: "Let me see.", isCut: false),
            .delta(messageID: "live:2", text: "39"),
            .message(messageID: "live:2", content: "391", isCut: false), done,
        ])
        #expect(text(emitted) == "Let me see.\n\n391")
        let (late, _) = apply([
            .delta(messageID: "live:1", text: "a"), .delta(messageID: "live:2", text: "b"),
            .delta(messageID: "live:1", text: "A"),
        ])
        #expect(text(late) == "aA\n\nb")
    }

    @Test func everyEndIsToldApart() {
        #expect(apply([.completed(status: "failed", output: nil, error: "boom")]).outcome == .failed("boom"))
        #expect(apply([.streamError(code: "resync_required", message: "")]).outcome == .unknown)
        #expect(apply([.inputRequired(prompt: nil)]).outcome == .unknown)
        let asked = apply([.inputRequired(prompt: "Where to?")])
        #expect(asked.outcome == .waiting)
        #expect(asked.emitted == [.question("Where to?")])
        #expect(apply([.status("running")]).outcome == nil)
    }

    @Test func whatIsNewIsShown() {
        let (emitted, _) = apply([.other(name: "task.budget", data: ["left": 3])])
        #expect(
            emitted == [
                .step(
                    Step(
                        id: "task.budget", kind: .other, title: "task.budget", state: .completed,
                        detail: #"{"left":3}"#))
            ])
    }
}
