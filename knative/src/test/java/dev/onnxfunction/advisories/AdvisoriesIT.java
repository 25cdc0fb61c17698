package dev.onnxfunction.advisories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onnxfunction.advisories.Advisory.Acceptance;
import dev.onnxfunction.advisories.Advisory.Known;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/** Checks the SBOMs and requirements of the build against function/advisories.json. */
class AdvisoriesIT {

    private static final Path ROOT = Path.of("..");
    private static final Path LIST = ROOT.resolve("function/advisories.json");
    private static final Path SBOM = Path.of("target/classes/META-INF/sbom/application.cdx.json");
    private static final Path FUNCTION = ROOT.resolve("function").resolve(SBOM);
    private static final Path SPRING_WEB = ROOT.resolve("function/spring-web").resolve(SBOM);
    private static final Path IMAGE = ROOT.resolve("function/target/image/sbom.cdx.json");
    private static final Path TRAINING = ROOT.resolve("training-notebook-export/requirements.txt");
    private static final Path PEERS = ROOT.resolve("function/bench/peers/requirements.txt");

    @Test
    void nothingIsShippedThatAnAdvisoryIsKnownOf() throws IOException {
        List<Component> components = new ArrayList<>();
        for (Path sbom : List.of(FUNCTION, IMAGE, SPRING_WEB, SBOM)) {
            components.addAll(Component.inSbom(sbom));
        }
        for (Path requirements : List.of(TRAINING, PEERS)) {
            components.addAll(Component.inRequirements(requirements));
        }

        assertThat(findings(components))
                .as("Update these, or say in %s, as accepted, why they do no harm", LIST)
                .isEmpty();
    }

    @Test
    void theListsHaveWhatIsShipped() throws IOException {
        assertThat(purls(FUNCTION))
                .contains(
                        "pkg:maven/io.opentelemetry/opentelemetry-api",
                        "pkg:maven/org.springframework.cloud/spring-cloud-function-context",
                        "pkg:maven/tools.jackson.core/jackson-databind")
                .noneMatch(purl -> purl.contains("junit") || purl.contains("netty"));
        assertThat(purls(SPRING_WEB))
                .contains(
                        "pkg:maven/org.springframework.cloud/spring-cloud-function-web",
                        "pkg:maven/org.springframework.boot/spring-boot")
                .noneMatch(purl -> purl.contains("junit") || purl.contains("spring-test"));
        assertThat(purls(IMAGE))
                .containsAll(purls(FUNCTION))
                .contains("pkg:generic/openjdk", "pkg:generic/onnxruntime");
        assertThat(purls(SBOM))
                .contains(
                        "pkg:maven/com.fasterxml.jackson.core/jackson-databind",
                        "pkg:maven/info.picocli/picocli",
                        "pkg:maven/io.fabric8/knative-client",
                        "pkg:maven/org.yaml/snakeyaml");
        assertThat(Component.inRequirements(TRAINING))
                .extracting(Component::purl)
                .contains("pkg:pypi/onnx", "pkg:pypi/scikit-learn");
    }

    @ParameterizedTest
    @CsvSource({
        "pkg:maven/io.opentelemetry/opentelemetry-api@1.55.0?type=jar, CVE-2026-45292, 1.62.0",
        "pkg:maven/io.netty/netty-codec-http@4.2.17.Final?type=jar, CVE-2026-89044, 4.2.18",
        "pkg:maven/tools.jackson.core/jackson-databind@3.1.5?type=jar, CVE-2026-83557, 3.1.6",
        "pkg:pypi/onnx@1.20.1, CVE-2026-27489, 1.21.0"
    })
    void anOldVersionIsFound(String planted, String advisory, String fixed) throws IOException {
        Component component = Component.of(planted);

        assertThat(findings(List.of(component)))
                .contains(component + ": " + advisory + ", fixed in " + fixed);
    }

    @ParameterizedTest
    @CsvSource({
        "pkg:maven/io.opentelemetry/opentelemetry-api@1.62.0",
        "pkg:maven/io.netty/netty-codec-http@4.1.138.Final",
        "pkg:maven/io.netty/netty-codec-http@4.10.0.Final",
        "pkg:maven/tools.jackson.core/jackson-databind@3.1.6",
        "pkg:maven/com.fasterxml.jackson.core/jackson-databind@2.22.2",
        "pkg:generic/openjdk@25.0.3%2B9-LTS"
    })
    void aVersionThatIsFixedOrAcceptedIsNot(String purl) throws IOException {
        assertThat(findings(List.of(Component.of(purl)))).isEmpty();
    }

    @Test
    void aVersionWhoseOrderIsUnknownIsNotTakenForAGoodOne() {
        Component odd = new Component("pkg:pypi/onnx", "1.21.0rc1");

        assertThatThrownBy(() -> findings(List.of(odd))).hasMessageContaining("1.21.0rc1");
    }

    @Test
    void everyAdvisoryIsDatedAndHasASource() throws IOException {
        Known known = Known.read(LIST);

        assertThat(LocalDate.parse(known.checked())).isAfter("2026-01-01");
        assertThat(known.advisories())
                .isNotEmpty()
                .allSatisfy(
                        each -> {
                            assertThat(each.source()).startsWith("https://");
                            assertThat(each.published()).matches("\\d{4}-\\d\\d(-\\d\\d)?");
                            assertThat(each.affected()).isNotEmpty();
                            Acceptance accepted = each.accepted();
                            if (accepted != null) {
                                assertThat(LocalDate.parse(accepted.date())).isNotNull();
                                assertThat(accepted.reason()).isNotBlank();
                            }
                        })
                .extracting(Advisory::id)
                .doesNotHaveDuplicates();
    }

    private static List<String> findings(List<Component> components) throws IOException {
        return Known.read(LIST).advisories().stream()
                .filter(advisory -> advisory.accepted() == null)
                .flatMap(advisory -> components.stream().flatMap(advisory::findings))
                .distinct()
                .toList();
    }

    private static List<String> purls(Path sbom) throws IOException {
        return Component.inSbom(sbom).stream().map(Component::purl).toList();
    }
}
