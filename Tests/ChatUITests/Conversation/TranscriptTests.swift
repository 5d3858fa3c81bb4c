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
