import TestSupport
import Testing

@testable import SessionCore

@Suite struct ReplyAssemblyTests {
    @Test func textIsHandedOnPieceByPiece() {
        var assembly = ReplyAssembly()
        #expect(assembly.append([.text("Grü"), .text("ße")]).text == .append("Grüße", offset: 0))
        #expect(assembly.append([.text("!")]).text == .append("!", offset: 7))
        #expect(assembly.append([]).isEmpty)
    }

    @Test func aCumulativeStreamIsHandedOnAsWhatWasAdded() {
        var assembly = ReplyAssembly()
        #expect(assembly.append([.wholeText("One")]).text == .append("One", offset: 0))
        #expect(
            assembly.append([.wholeText("One t"), .wholeText("One two")]).text == .append(" two", offset: 3))
        #expect(assembly.append([.wholeText("One two")]).isEmpty)
        #expect(assembly.append([.wholeText("1 two")]).text == .replace("1 two"))
        #expect(assembly.append([.text(" three")]).text == .append(" three", offset: 5))
    }

    @Test func theWholeTextAtTheEndOfADeltaStreamChangesNothing() {
        var assembly = ReplyAssembly()
        _ = assembly.append([.text("a"), .text("b")])
        #expect(assembly.append([.wholeText("ab")]).isEmpty)
        #expect(assembly.append([.wholeText("ab"), .text("c")]).text == .append("c", offset: 2))
    }

    @Test func anAddedCombiningMarkIsAnAddition() {
        var assembly = ReplyAssembly()
        _ = assembly.append([.wholeText("e")])
        #expect(assembly.append([.wholeText("e\u{301}")]).text == .append("\u{301}", offset: 1))
    }

    @Test func aPolledReplyIsHandedOnOnce() {
        var assembly = ReplyAssembly()
        let events: [ReplyEvent] = [
            .text("Done: "), .text("42"), .suggestions(["More"]),
            .step(Step(id: "1", kind: .tool, title: "calc", state: .completed)),
        ]
        let first = assembly.restate(events)
        #expect(first.text == .append("Done: 42", offset: 0))
        #expect(first.steps.count == 1)
        #expect(first.suggestions == ["More"])
        #expect(assembly.restate(events).isEmpty)
        #expect(assembly.restate([]).isEmpty)
    }

    @Test func theTextEndsAtItsLimitBetweenTwoCharacters() {
        var assembly = ReplyAssembly(limits: ReplyLimits(bytes: 8))
        #expect(assembly.append([.text("12345")]).text == .append("12345", offset: 0))
        #expect(!assembly.isFull)
        #expect(assembly.append([.text("67é890")]).text == .append("67", offset: 5))
        #expect(assembly.isFull)
        #expect(assembly.append([.text("more")]).isEmpty)
        var polled = ReplyAssembly(limits: ReplyLimits(bytes: 8))
        #expect(polled.restate([.text("123456789")]).text == .append("12345678", offset: 0))
        #expect(polled.isFull)
        #expect(polled.restate([.text("1234567890")]).isEmpty)
    }

    @Test func whatComesWithTheTextHasLimitsToo() {
        var assembly = ReplyAssembly()
        let long = String(repeating: "é", count: 100_000)
        let steps = (0..<20_000).map {
            ReplyEvent.step(Step(id: "\($0)", kind: .tool, title: long, state: .completed, detail: long))
        }
        let delta = assembly.append(
            steps + [
                .suggestions(Array(repeating: long, count: 1000)),
                .cards(
                    Array(
                        repeating: Card(
                            title: long,
                            properties: Array(repeating: .init(title: "p", value: long), count: 1000)),
                        count: 1000)),
            ])
        #expect(delta.steps.count == ReplyLimits.steps)
        #expect(delta.steps.allSatisfy { $0.title.count <= ReplyLimits.line + 1 })
        #expect(delta.steps.allSatisfy { $0.detail.utf8.count <= Step.detailLimit + 3 })
        #expect(delta.suggestions?.count == ReplyLimits.suggestions)
        #expect(delta.cards?.count == ReplyLimits.cards)
        #expect(delta.cards?.first?.properties.count == ReplyLimits.properties)
        // A step that is known still changes.
        let changed = Step(id: "7", kind: .tool, title: "new", state: .failed)
        #expect(assembly.append([.step(changed)]).steps == [changed])
    }

    @Test func afterARestartWhatIsInTheStoreIsReplaced() {
        var assembly = ReplyAssembly(isKnown: false)
        #expect(assembly.restate([.text("Half")]).text == .replace("Half"))
        #expect(assembly.restate([.text("Half and half")]).text == .append(" and half", offset: 4))
    }

    @Test func aStepIsReplacedByItsLaterReport() {
        var assembly = ReplyAssembly()
        let running = Step(id: "1", kind: .tool, title: "search", state: .running)
        var finished = running
        finished.state = .completed
        #expect(assembly.append([.step(running), .step(finished)]).steps == [finished])
        #expect(assembly.append([.step(finished)]).isEmpty)
        #expect(assembly.append([.step(running)]).steps == [running])
    }

    @Test func aQuestionIsTheLastParagraph() {
        var assembly = ReplyAssembly()
        #expect(
            assembly.append([.text("Two flights."), .question("Which one?")]).text
                == .append("Two flights.\n\nWhich one?", offset: 0))
        #expect(assembly.asks)
        var alone = ReplyAssembly()
        #expect(alone.append([.question("Where to?")]).text == .append("Where to?", offset: 0))
        var said = ReplyAssembly()
        #expect(
            said.append([.text("Where to?"), .question("Where to?")]).text == .append("Where to?", offset: 0))
        var piecemeal = ReplyAssembly()
        _ = piecemeal.append([.text("Two flights. Whi")])
        #expect(
            piecemeal.append([.text("ch one?"), .question("Which one?")]).text
                == .append("ch one?", offset: 16), "it was said in pieces")
        var polled = ReplyAssembly()
        _ = polled.restate([.text("Hm."), .question("Which?")])
        #expect(polled.restate([.text("Hm."), .question("Which?")]).isEmpty)
    }

    /// However the text and its question are cut into batches, the question is there once.
    @Test(arguments: ["Which one?", "Two flights. Which one?", "Two flights.\n\nWhich one?\n", "Hm.", ""])
    func aQuestionIsThereOnceHoweverItArrives(text: String) {
        let whole = text.contains("Which one?") ? text : text.isEmpty ? "Which one?" : text + "\n\nWhich one?"
        for first in text.indices + [text.endIndex] {
            for second in text[first...].indices + [text.endIndex] {
                let pieces = [text[..<first], text[first..<second], text[second...]].map {
                    ReplyEvent.text(String($0))
                }
                let question = ReplyEvent.question("Which one?")
                for batches in [
                    [[pieces[0]], [pieces[1]], [pieces[2]], [question]],
                    [[pieces[0]], [pieces[1], pieces[2], question]],
                    [pieces + [question]], [[pieces[0], pieces[1]], [pieces[2]], [], [question]],
                ] {
                    var assembly = ReplyAssembly()
                    var stored = ""
                    for batch in batches {
                        if case .append(let piece, stored.utf8.count) = assembly.append(batch).text {
                            stored += piece
                        }
                    }
                    #expect(stored == whole)
                    #expect(assembly.asks)
                }
            }
        }
    }

    @Test func aNulBecomesAReplacementCharacter() {
        var assembly = ReplyAssembly()
        #expect(assembly.append([.text("a\0b")]).text == .append("a\u{FFFD}b", offset: 0))
        #expect(assembly.append([.text("c")]).text == .append("c", offset: 5))
    }

    @Test func anyMixtureAddsUpToTheSameText() throws {
        for seed in UInt64(0)..<500 {
            var random = SeededRandom(seed: seed)
            var assembly = ReplyAssembly()
            var expected = ""
            var stored = ""
            for _ in 0..<20 {
                var events: [ReplyEvent] = []
                for _ in 0..<Int.random(in: 0...3, using: &random) {
                    let piece = try #require(
                        ["a", "é", "👩‍👩‍👧", "\n", "e\u{301}", "zz"].randomElement(using: &random))
                    switch Int.random(in: 0...4, using: &random) {
                    case 0:
                        expected = piece
                        events.append(.wholeText(expected))
                    case 1:
                        expected += piece
                        events.append(.wholeText(expected))
                    default:
                        expected += piece
                        events.append(.text(piece))
                    }
                }
                switch assembly.append(events).text {
                case .none: break
                case .append(let text, let offset):
                    #expect(offset == stored.utf8.count)
                    stored += text
                case .replace(let text): stored = text
                }
                #expect(Array(stored.utf8) == Array(expected.utf8))
            }
        }
    }
}
