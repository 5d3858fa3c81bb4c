import Foundation
import TestSupport
import Testing

@testable import SessionCore

@Suite struct UnstoredTurnsTests {
    /// The events of a reply, at random.
    private func events(_ random: inout SeededRandom) -> [ReplyEvent] {
        (0..<random.number(1...30)).map { number in
            switch random.number(0...7) {
            case 0: .wholeText(String(repeating: "é", count: number))
            case 1: .step(Step(id: "\(number % 3)", kind: .tool, title: "\(number)", state: .running))
            case 2: .cards([Card(title: "\(number)", properties: [])])
            case 3: .suggestions(["\(number)"])
            case 4: .messageID("\(number)")
            case 5: .accepted(serviceID: "\(number)")
            default: .text("\(number) é ")
            }
        }
    }

    /// However the pieces of a reply are kept together, the message is the same.
    @Test func piecesThatAreMergedAddUpToTheSameMessage() {
        var random = SeededRandom(seed: 7)
        let empty = Message(
            id: 3, task: ChatTask.ID(rawValue: "a"), turn: 2, role: .agent, text: "", at: .now)
        for _ in 0..<300 {
            var assembly = ReplyAssembly()
            let deltas = events(&random).map { assembly.append([$0]) }
            var (oneByOne, merged) = (empty, empty)
            var (serviceID, kept): (String?, ReplyDelta) = (nil, ReplyDelta())
            for delta in deltas {
                oneByOne.add(delta)
                serviceID = delta.serviceID ?? serviceID
                kept.merge(delta)
                if random.number(0...4) == 0 {
                    merged.add(kept)
                    #expect(merged == oneByOne)
                    #expect(kept.serviceID == nil || kept.serviceID == serviceID)
                    kept = ReplyDelta()
                }
            }
            merged.add(kept)
            #expect(merged == oneByOne)
        }
    }

    private let streaming = Turn(
        id: 2, task: ChatTask.ID(rawValue: "a"), mode: .streamed, state: .streaming, message: 2, reply: 3,
        generation: 1, startedAt: .now)

    @Test func whatComesTooLateIsDropped() {
        var turns = UnstoredTurns()
        turns.open(2, streaming, reply: nil)
        #expect(turns.keep(TurnChange(2, .ended(.complete), generation: 1), at: .now) != nil)
        #expect(turns.keep(TurnChange(2, .stop), at: .now) == nil, "it has ended")
        #expect(turns.keep(TurnChange(2, .quit, generation: 0), at: .now) == nil, "an earlier attempt")
        #expect(turns.keep(TurnChange(4, .stop), at: .now) == nil, "another turn")
        #expect(turns[2]?.change.event == .ended(.complete))
        #expect(turns[2]?.shown?.state == .streaming)
        #expect(turns.advanced.map(\.state) == [.done])
    }

    @Test func whatIsKnownOfNoTurnIsKeptUnseen() {
        var turns = UnstoredTurns()
        turns.open(2, nil, reply: nil)
        let attempt = TurnAttempt(turn: 2, generation: 1)
        var assembly = ReplyAssembly()
        for text in ["a", "b"] {
            let kept = turns.keep(TurnChange(attempt, assembly.append([.text(text)])), at: .now)
            #expect(kept?.events.isEmpty == true)
        }
        _ = turns.keep(TurnChange(2, .ended(.complete), generation: 1), at: .now)
        #expect(turns[2]?.change.delta?.text == .append("ab", offset: 0))
        #expect(turns[2]?.change.generation == 1)
    }

    @Test func aPageShowsWhatIsKept() throws {
        var turns = UnstoredTurns()
        turns.open(2, streaming, reply: nil)
        var assembly = ReplyAssembly()
        let attempt = TurnAttempt(turn: 2, generation: 1)
        _ = turns.keep(TurnChange(attempt, assembly.append([.text("Hi")])), at: .now)
        let task = streaming.task
        func page(_ ids: [Message.ID], hasLater: Bool = false) -> [String] {
            let messages = ids.map {
                Message(id: $0, task: task, turn: 2, role: .user, text: "\($0)", at: .now)
            }
            let page = MessagePage(
                request: PageRequest(task: task, place: .newest), messages: messages, turns: [streaming],
                hasEarlier: false, hasLater: hasLater)
            return turns.overlaid(page).messages.map(\.text)
        }
        #expect(page([2]) == ["2", "Hi"])
        #expect(page([2, 3]) == ["2", "Hi"])
        #expect(page([2, 4]) == ["2", "Hi", "4"])
        #expect(page([0], hasLater: true) == ["0"])
        #expect(page([4]) == ["4"])
    }
}
