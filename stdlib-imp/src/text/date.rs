//! `date()`: Unix seconds as calendar fields, in UTC.

/// The first second that impOS has a date for, 2000-01-01 00:00:00.
pub const FIRST_IMP_SECOND: i64 = 946_684_800;
/// The last second that impOS has a date for, 2099-12-31 23:59:59.
pub const LAST_IMP_SECOND: i64 = 4_102_444_799;

const SECONDS_PER_DAY: i64 = 86_400;
/// Days from 0000-03-01 to 1970-01-01.
const DAYS_BEFORE_1970: i64 = 719_468;
/// Days in the 400 years after which the calendar repeats.
const DAYS_PER_ERA: i64 = 146_097;
/// Days from the first of January to the first of March of a common year.
const DAYS_BEFORE_MARCH: i64 = 59;

/// The fields of a date table, counted as the language counts them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CivilTime {
    /// The year in full.
    pub year: i32,
    /// 0 for January to 11.
    pub month: i32,
    /// Day of the month, from 1.
    pub day: i32,
    /// 0 to 23.
    pub hour: i32,
    /// 0 to 59.
    pub minute: i32,
    /// 0 to 59.
    pub second: i32,
    /// 0 for Sunday to 6.
    pub day_of_week: i32,
    /// 0 for the first of January to 365.
    pub day_of_year: i32,
}

impl CivilTime {
    /// The date of impOS: all fields are zero outside the years 2000 to 2099.
    ///
    /// ```
    /// use tamias_stdlib_imp::text::date::CivilTime;
    ///
    /// let start = CivilTime::of_imp_seconds(946_684_800);
    /// assert_eq!((start.year, start.month, start.day, start.day_of_week), (2000, 0, 1, 6));
    /// assert_eq!(CivilTime::of_imp_seconds(0).year, 0);
    /// ```
    #[must_use]
    pub fn of_imp_seconds(unix_seconds: i64) -> Self {
        if (FIRST_IMP_SECOND..=LAST_IMP_SECOND).contains(&unix_seconds) {
            CivilTime::of_unix_seconds(unix_seconds)
        } else {
            CivilTime::default()
        }
    }

    /// The date in the Gregorian calendar, extended to all years. Times beyond
    /// the range of the year field count as the end of that range.
    #[must_use]
    pub fn of_unix_seconds(unix_seconds: i64) -> Self {
        const LIMIT: i64 = i32::MAX as i64 * 365 * SECONDS_PER_DAY;
        let seconds = unix_seconds.clamp(-LIMIT, LIMIT);
        let days = seconds.div_euclid(SECONDS_PER_DAY);
        let second_of_day = seconds.rem_euclid(SECONDS_PER_DAY);
        let (year, month, day, day_of_year) = calendar_date(days);
        CivilTime {
            year: year as i32,
            month: month as i32,
            day: day as i32,
            hour: (second_of_day / 3600) as i32,
            minute: (second_of_day / 60 % 60) as i32,
            second: (second_of_day % 60) as i32,
            // The first of January 1970 was a Thursday.
            day_of_week: (days + 4).rem_euclid(7) as i32,
            day_of_year: day_of_year as i32,
        }
    }
}

/// Year, month from 0, day from 1 and day of the year from 0.
fn calendar_date(days_since_1970: i64) -> (i64, i64, i64, i64) {
    // Years are counted from March here, so that the leap day is the last of a
    // year and the lengths of the months before it follow a simple rule.
    let days = days_since_1970 + DAYS_BEFORE_1970;
    let era = days.div_euclid(DAYS_PER_ERA);
    let day_of_era = days.rem_euclid(DAYS_PER_ERA);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_from_march = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_from_march + 2) / 153;
    let day = day_from_march - (153 * month_from_march + 2) / 5 + 1;
    let year_from_march = era * 400 + year_of_era;
    if month_from_march >= 10 {
        (year_from_march + 1, month_from_march - 10, day, day_from_march - 306)
    } else {
        let leap_day = i64::from(is_leap_year(year_from_march));
        (year_from_march, month_from_march + 2, day, day_from_march + DAYS_BEFORE_MARCH + leap_day)
    }
}

fn is_leap_year(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}
