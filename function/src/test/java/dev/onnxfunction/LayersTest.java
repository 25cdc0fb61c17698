package dev.onnxfunction;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;

import dev.onnxfunction.testing.Project;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Which packages of the function and its core may use which, checked on the compiled classes. */
class LayersTest {

    private static final Path CORE = Project.FUNCTION.resolve("core/target/classes");

    private static JavaClasses all;
    private static JavaClasses core;

    @BeforeAll
    static void read() {
        core = new ClassFileImporter().importPaths(List.of(CORE));
        all =
                new ClassFileImporter()
                        .importPaths(List.of(CORE, Project.FUNCTION.resolve("target/classes")));
        assertThat(core).hasSizeGreaterThan(100);
        assertThat(all).hasSizeGreaterThan(core.size());
    }

    @Test
    void packagesFormNoCycles() {
        slices().matching("dev.onnxfunction.(*)..").should().beFreeOfCycles().check(all);
    }

    @Test
    void classesOfTheCoreFormNoCycles() {
        slices().assignedFrom(new SourceFiles()).should().beFreeOfCycles().check(core);
    }

    /** One slice for each source file, whose classes may use each other. */
    private record SourceFiles() implements SliceAssignment {

        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return SliceIdentifier.of(type.getName().replaceFirst("\\$.*", ""));
        }

        @Override
        public String getDescription() {
            return "source files";
        }
    }

    @Test
    void onePackageDependsOnTheRuntime() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.onnxfunction.model")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.onnxruntime..")
                .check(all);
    }

    @Test
    void theCoreKnowsNoServer() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.netty..", "io.opentelemetry..", "org.springframework.web..")
                .check(core);
    }

    @Test
    void lowerPackagesKnowNoHigherOnes() {
        dependOnlyOn(Set.of("json", "text"), "json");
        dependOnlyOn(Set.of("json", "text"), "text");
        dependOnlyOn(Set.of(), "hash");
        dependOnlyOn(Set.of(), "forest");
        dependOnlyOn(Set.of(), "fault");
        dependOnlyOn(Set.of("json", "hash"), "card");
    }

    private static void dependOnlyOn(Set<String> others, String name) {
        String[] allowed =
                Stream.concat(Stream.of(name), others.stream())
                        .map("dev.onnxfunction."::concat)
                        .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage("dev.onnxfunction." + name)
                .should()
                .dependOnClassesThat(
                        resideInAPackage("dev.onnxfunction..")
                                .and(not(resideInAnyPackage(allowed))))
                .check(core);
    }
}
