package dev.onnxfunction.rollout.cluster;

import io.fabric8.knative.serving.v1.RevisionTemplateSpec;
import io.fabric8.knative.serving.v1.Service;

import org.jspecify.annotations.Nullable;

/**
 * What is to be deployed.
 *
 * @param name of its revision
 * @param template of its revision, with that name
 * @param manifest to make the Service from if there is none; null if it is known to exist
 */
public record Candidate(String name, RevisionTemplateSpec template, @Nullable Service manifest) {}
