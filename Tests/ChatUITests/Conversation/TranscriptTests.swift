import Foundation
import RichText
import SessionCore
import Testing

@testable import ChatUI

/// The reader's place in a conversation, and what keeping it costs.
struct TranscriptTests {
    static let task = ChatTask.ID(rawValue: "t")
    static let layout = MessageBlockLayout(
        width: 40, labels: TimeLabels(zone: .utc), showsSteps: false)

    static func messages(_ ids: ClosedRange<Int>) -> [Message] {
        ids.map { id in
            Message(
                id: Int64(id), task: task, role: id % 2 == 0 ? .agent : .user, text: "message \(id)",
                at: Scenario.now)
        }
    }

    static func transcript(_ ids: ClosedRange<Int>, earlier: Bool = false, later: Bool = false) -> Transcript
    {
        var transcript = Transcript(task: task, agentName: "Guide", layout: layout)
        guard let request = transcript.open() else {
            Issue.record("no page was asked for")
            return transcript
        }
        transcript.insert(
            MessagePage(
                request: request, messages: messages(ids), turns: [], hasEarlier: earlier, hasLater: later))
        return transcript
    }

    private func shown(_ transcript: inout Transcript, rows: Int = 12) -> [Message.ID] {
        var ids: [Message.ID] = []
        for row in transcript.visible(rows: rows) where ids.last != row.message { ids.append(row.message) }
        return ids
    }

    @Test func theEndIsShownAndFollowed() {
        var transcript = Self.transcript(1...20)
        #expect(shown(&transcript).last == 20)
        transcript.put(Self.messages(22...22)[0])
        #expect(shown(&transcript).last == 22)
        #expect(transcript.isAtBottom)
    }

    @Test func onlyWhatIsNearTheScreenIsLaidOut() {
        var short = Self.transcript(1...20)
        var long = Self.transcript(1...400)
        _ = short.visible(rows: 12)
        _ = long.visible(rows: 12)
        #expect(long.blocks.count == short.blocks.count)
        for _ in 0..<300 {
            long.scroll(by: -10)
            _ = long.visible(rows: 12)
            #expect(long.blocks.count <= Transcript.layoutLimit + 12)
        }
    }

    @Test func theWindowDoesNotGrowWithoutBound() {
        var transcript = Self.transcript(1...1)
        for id in 2...1000 { transcript.put(Self.messages(id...id)[0]) }
        #expect(transcript.messages.count == Transcript.windowLimit)
        #expect(transcript.messages.last?.id == 1000)
        #expect(transcript.hasEarlier)
    }

    @Test func scrollingUpStaysWhereTheReaderIsWhileAnswersArrive() {
        var transcript = Self.transcript(1...40)
        _ = transcript.visible(rows: 12)
        transcript.scroll(by: -30)
        let before = transcript.visible(rows: 12).map(\.line)
        transcript.put(Self.messages(42...42)[0])
        transcript.put(Self.messages(44...44)[0])
        #expect(transcript.visible(rows: 12).map(\.line) == before)
        #expect(transcript.arrivedBelow == [42, 44])
        transcript.scrollToBottom()
        #expect(transcript.arrivedBelow.isEmpty)
        #expect(shown(&transcript).last == 44)
    }

    @Test func scrollingPastTheEndFollowsIt() {
        var transcript = Self.transcript(1...40)
        _ = transcript.visible(rows: 12)
        transcript.scroll(by: -5)
        #expect(!transcript.isAtBottom)
        transcript.scroll(by: 50)
        #expect(transcript.isAtBottom)
    }

    @Test func aLineUpAndALineDownIsWhereOneWas() {
        var transcript = Self.transcript(1...40)
        _ = transcript.visible(rows: 12)
        transcript.scroll(by: -37)
        let before = transcript.visible(rows: 12).map(\.line)
        for step in [1, -1, 7, -7, 20, -20] { transcript.scroll(by: step) }
        #expect(transcript.visible(rows: 12).map(\.line) == before)
    }

    @Test func earlierMessagesAreAskedForBeforeTheyAreNeeded() throws {
        var transcript = Self.transcript(100...140, earlier: true)
        _ = transcript.visible(rows: 12)
        #expect(transcript.wantedPage() == nil)
        transcript.scroll(by: -120)
        let wanted = transcript.wantedPage()
        let request = try #require(wanted)
        #expect(request.place == .before(100))
        #expect(transcript.wantedPage() == nil)
        let before = transcript.visible(rows: 12).map(\.line)
        transcript.insert(
            MessagePage(
                request: request, messages: Self.messages(50...99), turns: [], hasEarlier: true,
                hasLater: false))
        #expect(transcript.visible(rows: 12).map(\.line).suffix(8) == before.suffix(8))
        #expect(transcript.messages.first?.id == 50)
    }

    @Test func aPageThatWasNotAskedForIsDropped() {
        var transcript = Self.transcript(10...20)
        let stale = PageRequest(task: Self.task, place: .before(10))
        transcript.insert(
            MessagePage(
                request: stale, messages: Self.messages(1...9), turns: [], hasEarlier: false, hasLater: false)
        )
        #expect(transcript.messages.first?.id == 10)
    }

    @Test func jumpingOutOfTheWindowReadsAroundTheMessage() throws {
        var transcript = Self.transcript(100...140, earlier: true)
        _ = transcript.visible(rows: 12)
        let wanted = transcript.jump(to: 7)
        let request = try #require(wanted)
        #expect(request.place == .around(7))
        transcript.insert(
            MessagePage(
                request: request, messages: Self.messages(1...30), turns: [], hasEarlier: false,
                hasLater: true))
        #expect(shown(&transcript).first == 7)
        // New messages wait for their page instead of following a gap.
        transcript.put(Self.messages(142...142)[0])
        #expect(transcript.messages.last?.id == 30)
        #expect(transcript.arrivedBelow == [142])
        #expect(transcript.scrollToBottom()?.place == .newest)
    }

    @Test func anotherWidthKeepsTheReadersPlace() {
        var transcript = Self.transcript(1...40)
        _ = transcript.visible(rows: 12)
        transcript.scroll(by: -40)
        let first = shown(&transcript).first
        var wide = Self.layout
        wide.width = 100
        transcript.relayout(wide, agentName: "Guide")
        #expect(shown(&transcript).first == first)
    }

    @Test func aRemovedMessageLeavesTheReaderAtItsNeighbour() {
        var transcript = Self.transcript(1...40)
        _ = transcript.visible(rows: 12)
        let jump = transcript.jump(to: 10)
        #expect(jump == nil)
        transcript.remove(10)
        #expect(shown(&transcript).first == 11)
    }

    @Test func theFirstMessageOfAllIsReached() throws {
        var transcript = Self.transcript(100...140, earlier: true)
        let wanted = transcript.scrollToTop()
        let request = try #require(wanted)
        #expect(request.place == .after(.min))
        transcript.insert(
            MessagePage(
                request: request, messages: Self.messages(1...50), turns: [], hasEarlier: false,
                hasLater: true))
        #expect(shown(&transcript).first == 1)
    }

    // MARK: Long messages

    /// Some megabytes.
    static let huge = String(repeating: "A paragraph of *some* words.\n\n- one\n- two\n\n", count: 140_000)

    private static func transcript(of text: String) throws -> Transcript {
        var transcript = Transcript(task: task, agentName: "Guide", layout: layout)
        let wanted = transcript.open()
        let request = try #require(wanted)
        transcript.insert(
            MessagePage(
                request: request,
                messages: messages(1...1) + [
                    Message(id: 2, task: task, role: .agent, text: text, at: Scenario.now)
                ], turns: [], hasEarlier: false, hasLater: false))
        return transcript
    }

    @Test func onlyThePagesNearTheScreenAreLaidOut() throws {
        var transcript = try Self.transcript(of: Self.huge)
        #expect(transcript.visible(rows: 30).count == 30)
        let block = try #require(transcript.blocks[2])
        #expect(block.pages.count > 100)
        #expect(block.laidOut.count <= 2)
        for _ in 0..<200 {
            transcript.scroll(by: -500)
            #expect(transcript.visible(rows: 30).count == 30)
            #expect(transcript.blocks[2].map { $0.laidOut.count <= Transcript.pageLimit + 2 } ?? false)
        }
        _ = transcript.scrollToTop()
        #expect(transcript.visible(rows: 30).contains { $0.message == 1 })
        #expect(transcript.blocks[2].map { $0.laidOut.count <= Transcript.pageLimit + 2 } ?? false)
        transcript.scrollToBottom()
        #expect(transcript.visible(rows: 30).last?.message == 2)
    }

    @Test func aLongMessageIsReadFromEndToEnd() throws {
        let text = (1...4000).map { "Paragraph \($0).\n\n```\ncode \($0)\n```\n\n" }.joined()
        var transcript = try Self.transcript(of: text)
        _ = transcript.visible(rows: 20)
        #expect(transcript.blocks[2].map { $0.pages.count > 2 } ?? false)
        _ = transcript.scrollToTop()
        var read: [String] = []
        while true {
            let rows = transcript.visible(rows: 20)
            let before = transcript.anchor
            read += rows.map(\.line.text)
            transcript.scroll(by: 20)
            if transcript.isAtBottom || transcript.anchor == before {
                read += transcript.visible(rows: 20).map(\.line.text)
                break
            }
        }
        let all = Set(read)
        #expect((1...4000).allSatisfy { all.contains("Paragraph \($0).") && all.contains("▌ code \($0)") })
        // Back up by another way: every line down is a line up.
        let end = transcript.visible(rows: 20).map(\.line)
        transcript.scroll(by: -3000)
        _ = transcript.visible(rows: 20)
        transcript.scroll(by: 3000)
        #expect(transcript.visible(rows: 20).map(\.line) == end)
    }

    @Test func aLongReplyThatStreamsInLooksLikeOneThatIsLoaded() throws {
        let text = (1...3000).map { "Line \($0) of a *reply*\nwith `code`.\n\n" }.joined()
        var streamed = Message(
            id: 2, task: Self.task, role: .agent, text: "", at: Scenario.now, state: .streaming)
        var transcript = Self.transcript(1...1)
        transcript.put(streamed)
        var offset = 0
        for piece in text.split(every: 7001) {
            let isMissing = transcript.append(piece, at: offset, to: 2)
            #expect(!isMissing)
            offset += piece.utf8.count
            _ = transcript.visible(rows: 30)
        }
        streamed.text = text
        streamed.state = .complete
        transcript.put(streamed)
        var loaded = try Self.transcript(of: text)
        for distance in [0, -100, -2000] {
            transcript.scroll(by: distance)
            loaded.scroll(by: distance)
            #expect(transcript.visible(rows: 30).map(\.line) == loaded.visible(rows: 30).map(\.line))
        }
    }

    @Test func stepsThatArriveAreAddedAndChanged() {
        var transcript = Self.transcript(1...1)
        transcript.put(
            Message(id: 2, task: Self.task, role: .agent, text: "", at: Scenario.now, state: .streaming))
        var step = Step(id: "a", kind: .tool, title: "look", state: .running)
        transcript.put([step], of: 2)
        step.state = .completed
        transcript.put([step, Step(id: "b", kind: .tool, title: "find", state: .running)], of: 2)
        #expect(transcript.messages.last?.extras.steps.map(\.state) == [.completed, .running])
        #expect(transcript.visible(rows: 12).contains { $0.line.text.contains("2 steps") })
    }

    // MARK: A reply that ends

    static let reply = "# Title\n\nSome *words*, and `code`\n\n- one\n- two"

    @Test(arguments: [reply, reply + " and more", "Something else."])
    func aReplyThatEndsLooksLikeOneThatIsLoaded(text: String) throws {
        var streamed = Message(
            id: 2, task: Self.task, role: .agent, text: "", at: Scenario.now, state: .streaming)
        var transcript = Self.transcript(1...1)
        transcript.put(streamed)
        for (offset, byte) in Self.reply.utf8.enumerated() {
            let isMissing = transcript.append(
                String(decoding: [byte], as: UTF8.self), at: offset, to: streamed.id)
            #expect(!isMissing)
            _ = transcript.visible(rows: 30)
        }
        streamed.text = text
        streamed.state = .complete
        transcript.put(streamed)
        var loaded = Transcript(task: Self.task, agentName: "Guide", layout: Self.layout)
        let wanted = loaded.open()
        let request = try #require(wanted)
        loaded.insert(
            MessagePage(
                request: request, messages: Self.messages(1...1) + [streamed], turns: [], hasEarlier: false,
                hasLater: false))
        #expect(transcript.visible(rows: 30).map(\.line) == loaded.visible(rows: 30).map(\.line))
    }
}

extension String {
    /// ASCII text in pieces.
    fileprivate func split(every count: Int) -> [String] {
        let bytes = Array(utf8)
        return stride(from: 0, to: bytes.count, by: count).map {
            String(decoding: bytes[$0..<min($0 + count, bytes.count)], as: UTF8.self)
        }
    }
}
