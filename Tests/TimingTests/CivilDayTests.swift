import Foundation
import TestSupport
import Testing
import Timing

struct CivilDayTests {
    @Test func everyDayOfAnEraFollowsTheOneBefore() throws {
        var previous = CivilDay(daysSince1970: -1)
        for days in 0...146_097 {
            let day = CivilDay(daysSince1970: days)
            #expect(day.daysSince1970 == days)
            let isNext =
                day.day == previous.day + 1 && day.month == previous.month && day.year == previous.year
                || day.day == 1 && day.month == previous.month + 1 && day.year == previous.year
                || day.day == 1 && day.month == 1 && day.year == previous.year + 1
            guard isNext else { throw OutOfOrder(days: days) }
            previous = day
        }
    }

    private struct OutOfOrder: Error { var days: Int }

    @Test func knownDays() throws {
        #expect(try #require(CivilDay(year: 1970, month: 1, day: 1)).daysSince1970 == 0)
        #expect(try #require(CivilDay(year: 2000, month: 2, day: 29)).daysSince1970 == 11_016)
        #expect(try #require(CivilDay(year: 1, month: 1, day: 1)).daysSince1970 == -719_162)
        #expect(CivilDay(daysSince1970: 20_777).weekdayName == "Friday")
        #expect(CivilDay(daysSince1970: -1).weekdayName == "Wednesday")
    }

    @Test(arguments: [(2023, 2, 29), (1900, 2, 29), (2024, 4, 31), (2024, 13, 1), (2024, 0, 1), (2024, 1, 0)])
    func daysThatDoNotExist(year: Int, month: Int, day: Int) {
        #expect(CivilDay(year: year, month: month, day: day) == nil)
    }
}
