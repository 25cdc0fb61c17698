package dev.onnxfunction.predict;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** A missing feature's description names the member that was probably meant. */
class LikelyNamesTest {

    private static final String NOTHING = "missing";

    private final SplittableRandom random = new SplittableRandom(1985);

    @ParameterizedTest
    @CsvSource({
        "RM, rm, rm",
        "rm, RM, RM",
        "rm, ' Rm ', ' Rm '",
        "x, y, ",
        "rm, ra, ra",
        "rm, xy, ",
        "width, widht, widht",
        "width, wdht, ",
        "length, lenhgt, lenhgt",
        "length, lnt, ",
        "length, wid, ",
        "sold_year, Sold, Sold",
        "sold_weekday, sold, sold",
        "sold_year, sold_yaer, sold_yaer",
        "sold_minute, sold, ",
        "_year, year, year",
        "_weekday, '', "
    })
    void aNameIsLikelyIfItHasFewTypos(String feature, String member, @Nullable String likely) {
        assertThat(likely(feature, List.of("unlike", member))).isEqualTo(description(likely));
    }

    /** The whole table of distances, without the shortcuts of the class. */
    @Test
    void theFirstNameWithTheFewestTyposIsTheLikelyOne() {
        int found = 0;
        for (int i = 0; i < 3000; i++) {
            String feature = word();
            List<String> members = new ArrayList<>(new LinkedHashSet<>(List.of(word(), word())));
            int limit = feature.length() == 1 ? 0 : feature.length() <= 5 ? 1 : 2;
            @Nullable String best = null;
            int fewest = limit + 1;
            for (String member : members) {
                int typos = typos(feature, member);
                if (typos < fewest) {
                    best = member;
                    fewest = typos;
                }
            }
            assertThat(likely(feature, members))
                    .as(feature + " in " + members)
                    .isEqualTo(description(best));
            found += best == null ? 0 : 1;
        }
        assertThat(found).isBetween(500, 2500);
    }

    private String word() {
        StringBuilder word = new StringBuilder();
        for (int i = random.nextInt(1, 8); i > 0; i--) {
            word.append("ab".charAt(random.nextInt(2)));
        }
        return word.toString();
    }

    private static int typos(String a, String b) {
        int[][] typos = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                typos[i][j] = i == 0 || j == 0 ? i + j : typos(a, b, i, j, typos);
            }
        }
        return typos[a.length()][b.length()];
    }

    private static int typos(String a, String b, int i, int j, int[][] typos) {
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        int fewest =
                Math.min(
                        typos[i - 1][j - 1] + (same ? 0 : 1),
                        1 + Math.min(typos[i - 1][j], typos[i][j - 1]));
        boolean swapped =
                i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(fewest, typos[i - 2][j - 2] + 1) : fewest;
    }

    @Test
    void aRowKnowsOnlyItsOwnMembers() {
        LikelyNames names = new LikelyNames();
        names.begin(List.of("WIDTH", "lenght"));
        names.begin(List.of("unlike", "lengxx"));

        assertThat(names.explainMissing("width")).isEqualTo(NOTHING);
        assertThat(names.explainMissing("length")).isEqualTo(description("lengxx"));
    }

    @Test
    void longMembersAreNotCompared() {
        String longest = "n".repeat(255);

        assertThat(likely(longest, List.of(longest + "m"))).isEqualTo(description(longest + "m"));
        assertThat(likely(longest + "n", List.of(longest + "nm"))).isEqualTo(NOTHING);
    }

    @Test
    void onlyTheFirstMembersAreSearchedForTypos() {
        List<String> members = new ArrayList<>();
        for (int i = 0; i < 199; i++) {
            members.add("unlike" + i);
        }
        members.add("widht");
        assertThat(likely("width", members)).isEqualTo(description("widht"));

        members.addFirst("another");
        assertThat(likely("width", members)).isEqualTo(NOTHING);
        members.add("WIDTH");
        assertThat(likely("width", members)).isEqualTo(description("WIDTH"));
    }

    /** The work for one body ends, so later rows are only compared without regard to case. */
    @Test
    void aBodyOfNearMatchesEndsTheSearch() {
        String name = "n".repeat(200);
        LikelyNames names = new LikelyNames();
        names.begin(List.of(name + "m"));
        int described = 0;
        while (!names.explainMissing(name).equals(NOTHING)) {
            described++;
        }

        assertThat(described).isBetween(800, 1200);
        names.begin(List.of(name.toUpperCase(Locale.ROOT)));
        assertThat(names.explainMissing(name)).isNotEqualTo(NOTHING);
    }

    private static String likely(String feature, List<String> members) {
        LikelyNames names = new LikelyNames();
        names.begin(members);
        return names.explainMissing(feature);
    }

    private static String description(@Nullable String likely) {
        return likely == null ? NOTHING : "missing, but there is \"" + likely + "\"";
    }
}
