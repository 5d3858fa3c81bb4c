import Foundation
import Testing

@testable import AgentServer

/// Conversations that are made of others, beside the APIs.
@Suite struct ForkTests {
    private func entry(_ id: Int64, _ kind: StoredEntry.Kind, _ text: String) -> StoredEntry {
        StoredEntry(
            id: id, token: "", conversationId: 1, turnId: nil, agentId: nil, kind: kind, text: text,
            data: .emptyObject,
            state: .completed, isHidden: false, createdAt: .distantPast, endedAt: nil)
    }

    @Test func aPlaceIsFoundByWhatWasSaid() {
        let messages = [
            entry(1, .user, "yes"), entry(2, .agent, "a"), entry(3, .user, "yes"), entry(4, .agent, "b\n"),
            entry(5, .user, "yes"),
        ]
        func end(_ words: (Bool, String)...) -> Int? {
            SaidWords.end(of: words.map { SaidWords(isUser: $0, text: $1) }, in: messages)
        }
        #expect(end((true, "yes"), (false, "a"), (true, "yes")) == 2)
        #expect(end((true, "yes")) == 4)
        #expect(end((false, "b")) == 3)
        #expect(end((false, "gone"), (true, "yes")) == 4)
        #expect(end((true, "a")) == nil)
        #expect(end() == nil)
    }
}
