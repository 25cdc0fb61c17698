package dev.onnxfunction;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;

import dev.onnxfunction.testing.Project;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Which packages of the function and its core may use which, checked on the compiled classes. */
class LayersTest {

    private static final Path CORE = Project.FUNCTION.resolve("core/target/classes");

    private static final String APPLICATION = "";

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

    /** This also excludes cycles. */
    @Test
    void aPackageUsesOnlyThoseBeforeItInTheMapOfTheCode() throws IOException {
        List<String> order = packagesInTheMap();
        Set<String> wrong = new TreeSet<>();
        for (JavaClass type : all) {
            String user = packageOf(type);
            for (Dependency use : type.getDirectDependenciesFromSelf()) {
                String used = packageOf(use.getTargetClass());
                if (order.indexOf(used) > order.indexOf(user)) {
                    wrong.add(user + " uses " + used);
                }
            }
        }

        assertThat(wrong).isEmpty();
        assertThat(all).extracting(LayersTest::packageOf).isSubsetOf(order);
    }

    /** The packages in the order of CONTRIBUTING.md, and last the one of the application. */
    private static List<String> packagesInTheMap() throws IOException {
        String map = Files.readString(Project.ROOT.resolve("CONTRIBUTING.md"));
        String list = map.substring(map.indexOf("only those before it:"));
        List<String> packages =
                Pattern.compile("`(\\w+)`")
                        .matcher(list.substring(0, list.indexOf("\n\n")))
                        .results()
                        .map(name -> name.group(1))
                        .collect(Collectors.toList());
        packages.add(APPLICATION);
        return packages;
    }

    /** The first package below that of the application, which has no name. */
    private static String packageOf(JavaClass type) {
        return type.getPackageName().startsWith("dev.onnxfunction")
                ? type.getPackageName().replaceFirst("dev\\.onnxfunction\\.?(\\w*).*", "$1")
                : "of another project";
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
}
