package dev.onnxfunction.rollout;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Rules of this code base that no compiler checks. */
class RulesTest {

    private static final Path SOURCES = Path.of("src", "main", "java");

    private static final JavaClasses COMPILED =
            new ClassFileImporter().importPath(Path.of("target", "classes"));

    /** Classes that are nested in one another belong together. */
    private static final SliceAssignment SOURCE_FILES =
            new SliceAssignment() {
                @Override
                public SliceIdentifier getIdentifierOf(JavaClass each) {
                    return SliceIdentifier.of(each.getName().replaceFirst("\\$.*", ""));
                }

                @Override
                public String getDescription() {
                    return "classes";
                }
            };

    @Test
    void everyPackageIsNullMarkedAndSaysWhatItIsFor() throws IOException {
        List<Path> packages = sources().map(Path::getParent).distinct().toList();

        assertThat(packages)
                .isNotEmpty()
                .allSatisfy(
                        folder ->
                                assertThat(folder.resolve("package-info.java"))
                                        .content()
                                        .startsWith("/**")
                                        .contains("@NullMarked"));
    }

    @Test
    void theDecisionReadsNoClockAndTalksToNothing() {
        classes()
                .that()
                .resideInAPackage("dev.onnxfunction.rollout.engine")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.onnxfunction.rollout.engine",
                        "java.lang..",
                        "java.time..",
                        "java.util..",
                        "org.jspecify..")
                .check(COMPILED);
        noClasses()
                .that()
                .resideInAPackage("dev.onnxfunction.rollout.engine")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(InstantSource.class)
                .orShould()
                .callMethod(Instant.class, "now")
                .check(COMPILED);
    }

    @Test
    void packagesFormNoCycles() {
        slices().matching("dev.onnxfunction.rollout.(*)..")
                .should()
                .beFreeOfCycles()
                .check(COMPILED);
    }

    @Test
    void classesFormNoCycles() {
        slices().assignedFrom(SOURCE_FILES).should().beFreeOfCycles().check(COMPILED);
    }

    /** A test that only one of the two modules names would run twice, or never. */
    @Test
    void theTestsThatThisModuleLeavesOutRunInAcceptance() throws IOException {
        assertThat(tests("include", Path.of("acceptance", "pom.xml")))
                .isNotEmpty()
                .isEqualTo(tests("exclude", Path.of("pom.xml")));
    }

    private static List<String> tests(String element, Path pom) throws IOException {
        return Pattern.compile("<" + element + ">(\\w+IT)</")
                .matcher(Files.readString(pom))
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    private static Stream<Path> sources() {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
