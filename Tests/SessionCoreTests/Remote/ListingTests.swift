import Testing

@testable import SessionCore

@Suite struct ListingTests {
    private func page(_ count: Int, next: String?) -> Page<RemoteTask> {
        let task = RemoteTask(serviceID: "s", agent: Agent(id: "1", name: "Support"), title: "Talk")
        return Page(Array(repeating: task, count: count), next: next)
    }

    @Test func theFirstPageIsEnoughEvenIfAllOfItIsKnown() {
        var listing = Listing(number: 1)
        #expect(listing.add(page(3, next: "p2"), isNew: false) == .more)
        #expect(listing.count == 3)
    }

    @Test func laterPagesOfKnownTasksArePagedOver() {
        var listing = Listing(number: 1)
        _ = listing.add(page(3, next: "p2"), isNew: true)
        #expect(listing.add(page(3, next: "p3"), isNew: false) == .pageOn)
        #expect(listing.add(page(3, next: "p4"), isNew: true) == .more)
    }

    @Test func anEmptyFirstPageIsPagedOver() {
        var listing = Listing(number: 1)
        #expect(listing.add(page(0, next: "p2"), isNew: false) == .pageOn)
    }

    @Test func pagingOverKnownTasksEnds() {
        var listing = Listing(number: 1)
        _ = listing.add(page(1, next: "p0"), isNew: true)
        let steps = (1...Listing.knownPageLimit).map { listing.add(page(1, next: "p\($0)"), isNew: false) }
        #expect(steps.dropLast().allSatisfy { $0 == .pageOn })
        #expect(steps.last == .more)
    }

    @Test func aServiceWithoutANextPageOrWithTheSameOneHasNoMore() {
        var listing = Listing(number: 1)
        #expect(listing.add(page(1, next: nil), isNew: true) == .complete)
        var repeating = Listing(number: 1)
        _ = repeating.add(page(1, next: "p2"), isNew: true)
        #expect(repeating.add(page(1, next: "p2"), isNew: true) == .complete)
        #expect(repeating.isComplete)
    }

    @Test func aPageInPartsIsOnePage() {
        var listing = Listing(number: 1)
        _ = listing.add(page(3, next: "p2"), isNew: true)
        listing.add(part: 500, isNew: true)
        #expect(listing.add(page(3, next: "p3"), isNew: false) == .more)
        #expect(listing.count == 506)
        #expect(listing.add(page(3, next: "p4"), isNew: false) == .pageOn, "what was new is counted once")
    }
}
